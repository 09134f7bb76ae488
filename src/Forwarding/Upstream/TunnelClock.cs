namespace Weir.Forwarding.Upstream;

/// <summary>How long a tunnel has been silent.</summary>
internal sealed class TunnelClock(TimeProvider clock)
{
    private long _last = clock.GetTimestamp();

    public TimeSpan Elapsed => clock.GetElapsedTime(Volatile.Read(ref _last));

    public void Touch() => Volatile.Write(ref _last, clock.GetTimestamp());
}
