namespace Weir.Policies.Throttle.Bandwidth;

/// <summary>How far a body is ahead of its bandwidth. One writer at a time.</summary>
internal sealed class Pace(long bytesPerSecond, long initialBytes, TimeProvider clock)
{
    private readonly long _began = clock.GetTimestamp();
    private long _sent;

    public TimeProvider Clock { get; } = clock;

    /// <summary>Counts bytes that went out; the time to wait before more may follow, zero for none.</summary>
    public TimeSpan Sent(long bytes)
    {
        _sent += bytes;
        var due = TimeSpan.FromSeconds(Math.Max(0, _sent - initialBytes) / (double)bytesPerSecond);
        var wait = due - Clock.GetElapsedTime(_began);
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }
}
