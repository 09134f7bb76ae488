namespace Weir.Forwarding.Admission;

/// <summary>
/// How many waiting requests per second get a slot: a moving mean over windows of 200 ms. Believed only after the line
/// has been in use for <see cref="Settled"/> windows: a cold farm, or a gateway that just started, is slow at first, and
/// nobody should be sent away for that. Not safe for concurrent use.
/// </summary>
internal sealed class DrainRate(long ticksPerSecond)
{
    /// <summary>Windows before the rate is believed: 3 s.</summary>
    public const int Settled = 15;

    private readonly long _window = ticksPerSecond / 5;
    private long _since = -1;
    private int _grants;
    private double _perSecond;
    private int _windows;

    /// <summary>True once the rate may be used to refuse a request.</summary>
    public bool IsSettled => _windows >= Settled;

    /// <summary>Starts a window when a line begins to fill; what an empty line did says nothing.</summary>
    public void Begin(long now)
    {
        _windows = 0;
        Open(now);
    }

    public void Granted() => _grants++;

    /// <summary>Closes the window if it is over; call on every tick while someone waits.</summary>
    public void Tick(long now)
    {
        if (_since < 0 || now - _since < _window)
            return;
        var rate = _grants * (double)ticksPerSecond / (now - _since);
        _perSecond = _perSecond == 0 ? rate : _perSecond + (0.3 * (rate - _perSecond));
        _windows++;
        Open(now);
    }

    /// <summary>Requests per second, or <paramref name="guess"/> before the first window.</summary>
    public double PerSecond(double guess) => _perSecond > 0 ? _perSecond : guess;

    private void Open(long now)
    {
        _since = now;
        _grants = 0;
    }
}
