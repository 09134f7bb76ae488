using Microsoft.Extensions.Logging;

namespace Weir.Transport.Loops;

/// <summary>
/// Looks at the loops from outside, a few times per threshold: a loop that is still in the callback that it was in a threshold
/// ago is stalled. The loops themselves only count, they read no clock.
/// </summary>
internal sealed class LoopWatch : IDisposable
{
    private const int LooksPerThreshold = 4;

    /// <summary>A stall that goes on or comes again tells nothing new within this time.</summary>
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    private readonly EventLoop[] _loops;
    private readonly Sighting[] _sightings;
    private readonly TimeSpan _threshold;
    private readonly TransportMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private readonly Lock _looking = new();
    private long _logged;
    private bool _hasLogged;

    public LoopWatch(EventLoop[] loops, TimeSpan threshold, TransportMetrics metrics, TimeProvider time, ILogger logger)
    {
        _loops = loops;
        _sightings = new Sighting[loops.Length];
        _threshold = threshold;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        var period = threshold / LooksPerThreshold;
        _timer = time.CreateTimer(static state => ((LoopWatch)state!).Look(), this, period, period);
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        // A look that comes while another one runs would add nothing.
        if (!_looking.TryEnter())
            return;
        try
        {
            var now = _time.GetTimestamp();
            for (var i = 0; i < _loops.Length; i++)
                Look(_loops[i], ref _sightings[i], now);
        }
        finally
        {
            _looking.Exit();
        }
    }

    private void Look(EventLoop loop, ref Sighting seen, long now)
    {
        var callback = loop.Callbacks;
        if (callback != seen.Callback)
        {
            seen = new Sighting { Callback = callback, Since = now };
            return;
        }

        // Even: between two callbacks.
        if ((callback & 1) == 0 || seen.Counted || _time.GetElapsedTime(seen.Since, now) < _threshold)
            return;
        seen.Counted = true;
        _metrics.Stalled();
        if (_hasLogged && _time.GetElapsedTime(_logged, now) < LogInterval)
            return;
        _hasLogged = true;
        _logged = now;
        _logger.Stalled(loop.Index, _threshold);
    }

    private struct Sighting
    {
        public long Callback;
        public long Since;
        public bool Counted;
    }
}
