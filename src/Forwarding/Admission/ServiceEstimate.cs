using Weir.Forwarding.Slots;

namespace Weir.Forwarding.Admission;

/// <summary>How fast a cluster's line drains: as seen, or what the servers will give where they still grow. Not safe for concurrent use.</summary>
internal sealed class ServiceEstimate(long ticksPerSecond)
{
    private readonly DrainRate _rate = new(ticksPerSecond);

    /// <summary>Slots freed per second as of the last <see cref="Refresh"/>; 0 while nothing is known.</summary>
    public double PerSecond { get; private set; }

    /// <summary>True once the estimate is good enough to send someone away.</summary>
    public bool IsSettled => _rate.IsSettled;

    /// <summary>The line was empty and fills.</summary>
    public void Begin(long now, ClusterMembers members)
    {
        _rate.Begin(now);
        Refresh(now, members);
    }

    public void Granted() => _rate.Granted();

    /// <summary>Looks again; on every tick while someone waits.</summary>
    public void Refresh(long now, ClusterMembers members)
    {
        _rate.Tick(now);
        var possible = members.SlotsPerSecond();
        var seen = _rate.PerSecond(possible);
        PerSecond = members.AnyGrows() ? Math.Max(seen, possible) : seen;
    }

    /// <summary>Time for so many requests, in timestamp units; endless while nothing is known.</summary>
    public double TimeFor(int requests, int shares) =>
        PerSecond > 0 ? requests * shares / PerSecond * ticksPerSecond : double.MaxValue;

    /// <summary>Retry-After for so many requests.</summary>
    public int RetryAfter(int requests) => PerSecond > 0 ? WholeSeconds(requests / PerSecond) : 1;

    /// <summary>Whole seconds, 1..120, so that a bad guess never sends a client away for long.</summary>
    public static int WholeSeconds(double seconds) => (int)Math.Clamp(Math.Ceiling(seconds), 1, 120);
}
