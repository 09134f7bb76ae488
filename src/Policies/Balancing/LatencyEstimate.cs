using Weir.Forwarding.Slots;

namespace Weir.Policies.Balancing;

/// <summary>
/// Peak-sensitive latency of one server, as Finagle's PeakEwma: jumps up at once, falls slowly, and fades while no answer comes so
/// that a server that was slow is tried again. Racing updates lose a sample, never the estimate.
/// </summary>
internal sealed class LatencyEstimate
{
    /// <summary>A server that has work but never answered is as good as any server that takes this long: 1 s in ticks, per request in flight.</summary>
    private const double Unknown = TimeSpan.TicksPerSecond;

    private double _ticks;
    private long _seen;
    private TimeSpan _at;

    /// <summary>Expected cost of one more request, in ticks times requests.</summary>
    /// <param name="server">The server.</param>
    /// <param name="now">Any monotonic time.</param>
    /// <param name="decay">Time constant.</param>
    public double Cost(ServerSlots server, TimeSpan now, TimeSpan decay)
    {
        var latency = server.Health.Latency.Ticks;
        var elapsed = now - _at;
        var estimate = _ticks;
        if (latency != _seen || elapsed >= TimeSpan.FromMilliseconds(1))
        {
            var kept = Math.Exp(-(elapsed / decay));
            var answered = latency != _seen;
            estimate = !answered ? estimate * kept
                : latency > estimate ? latency
                : (estimate * kept) + (latency * (1 - kept));
            _ticks = estimate;
            _seen = latency;
            _at = now;
        }

        var inFlight = server.InFlight;
        if (estimate >= 1)
            return estimate * (inFlight + 1);
        return inFlight == 0 ? 0 : Unknown * (inFlight + 1);
    }
}
