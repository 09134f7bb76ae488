namespace Weir.Policies.Caching.Stores.Remote;

/// <summary>
/// Leaves a failing server alone. After some failures in a row nobody asks it for a pause, which doubles each time that a trial at
/// its end fails too. The trial is one call that no request waits for.
/// </summary>
internal sealed class StoreCircuit(TimeProvider clock)
{
    /// <summary>In a row.</summary>
    public const int Failures = 3;

    public static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private int _failures;
    private bool _isOpen;
    private bool _isTried;
    private long _openedAt;
    private TimeSpan _pause = FirstPause;

    /// <summary>True while the server is left alone.</summary>
    public bool IsOpen => Volatile.Read(ref _isOpen);

    /// <summary>Since when, by the wall clock.</summary>
    public DateTimeOffset Since { get; private set; }

    /// <summary>How long it is left alone this time.</summary>
    public TimeSpan Pause
    {
        get
        {
            lock (_lock)
                return _pause;
        }
    }

    /// <summary>True, once, when the pause is over: the caller makes the trial and reports how it went.</summary>
    public bool MayTry()
    {
        lock (_lock)
        {
            if (!_isOpen || _isTried || clock.GetElapsedTime(_openedAt) < _pause)
                return false;
            return _isTried = true;
        }
    }

    /// <returns>True when it was left alone until now.</returns>
    public bool Succeeded()
    {
        // The common case takes no lock: nothing to reset.
        if (Volatile.Read(ref _failures) == 0 && !IsOpen)
            return false;
        lock (_lock)
        {
            var wasOpen = _isOpen;
            (_failures, _isOpen, _isTried, _pause) = (0, false, false, FirstPause);
            return wasOpen;
        }
    }

    /// <returns>True when it is left alone from now on.</returns>
    public bool Failed()
    {
        lock (_lock)
        {
            // What was under way when it was closed adds nothing.
            if (_isOpen)
                return false;
            if (++_failures < Failures)
                return false;
            (_isOpen, _isTried, _openedAt, Since) = (true, false, clock.GetTimestamp(), clock.GetUtcNow());
            return true;
        }
    }

    /// <summary>The trial failed.</summary>
    public void TryFailed()
    {
        lock (_lock)
        {
            if (!_isOpen)
                return;
            _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
            (_isTried, _openedAt) = (false, clock.GetTimestamp());
        }
    }
}
