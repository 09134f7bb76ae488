namespace Weir.Policies.Throttle.Bandwidth;

/// <summary>
/// How far a body is ahead of its bandwidth. A pause earns no more than <see cref="Slack"/>: the server that was silent for a minute
/// may not send a minute's bytes at once. One writer at a time.
/// </summary>
internal sealed class Pace(long bytesPerSecond, long initialBytes, TimeProvider clock)
{
    /// <summary>Time not used that counts for later: timers end late, and small pieces would lose what they end late.</summary>
    public static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(100);

    private readonly long _began = clock.GetTimestamp();
    private long _free = initialBytes;
    private double _due;

    public TimeProvider Clock { get; } = clock;

    /// <summary>Counts bytes that went out; the time to wait before more may follow, zero for none.</summary>
    public TimeSpan Sent(long bytes)
    {
        var now = Clock.GetElapsedTime(_began).TotalSeconds;
        var free = Math.Min(bytes, _free);
        _free -= free;
        _due = Math.Max(_due, now - Slack.TotalSeconds) + ((bytes - free) / (double)bytesPerSecond);
        return Until(now);
    }

    /// <summary>What is left of the time to wait.</summary>
    public TimeSpan Left() => Until(Clock.GetElapsedTime(_began).TotalSeconds);

    private TimeSpan Until(double now) => _due > now ? TimeSpan.FromSeconds(_due - now) : TimeSpan.Zero;
}
