namespace Weir.Forwarding.Admission;

/// <summary>
/// When to serve the newest request first. As CoDel (RFC 8289) does with packets, the rule looks at how long the head of
/// the line has waited: once that stays above the target for an interval, first-in-first-out would only serve clients
/// that are about to give up. The target shrinks to half of the age at which clients are seen to give up. Where the whole
/// line would be served within the target, the order stays: newest-first would only starve the old ones for nothing.
/// Not safe for concurrent use.
/// </summary>
internal sealed class NewestFirstRule(long ticksPerSecond, Patience patience)
{
    /// <summary>How long the head must stay too old; CoDel's own interval.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    // Once on, the line must be clearly short enough before the order turns back, or it would flap at the edge.
    private const double Hysteresis = 0.8;

    private readonly long _interval = (long)(Interval.TotalSeconds * ticksPerSecond);
    private long _aboveSince = -1;

    /// <summary>True while the newest request is served first.</summary>
    public bool IsOn { get; private set; }

    /// <summary>Looks at the head of the line.</summary>
    /// <param name="now">The clock's timestamp.</param>
    /// <param name="headJoinedAt">When the oldest waiting request joined; negative when none waits.</param>
    /// <param name="target">Configured target in timestamp units.</param>
    /// <param name="drainTime">How long the line would take to drain, in timestamp units.</param>
    public void Observe(long now, long headJoinedAt, long target, double drainTime)
    {
        target = Math.Min(target, patience.HalfAt(now));
        if (headJoinedAt < 0 || now - headJoinedAt < target || drainTime < (IsOn ? Hysteresis : 1) * target)
        {
            _aboveSince = -1;
            IsOn = false;
            return;
        }

        if (_aboveSince < 0)
            _aboveSince = now;
        IsOn = now - _aboveSince >= _interval;
    }
}
