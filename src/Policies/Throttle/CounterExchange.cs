using Weir.Policies.Contracts;

namespace Weir.Policies.Throttle;

/// <summary>What replicas tell one another of their counters. Requests under way and connections are each replica's own.</summary>
internal sealed class CounterExchange(CurrentThrottle current) : ICounterExchange
{
    /// <inheritdoc />
    public int Drain(Span<CounterDelta> into) => current.Now?.Judge.Counters.Pending.Drain(into) ?? 0;

    /// <inheritdoc />
    public void Merge(ReadOnlySpan<CounterDelta> deltas)
    {
        if (current.Now is not { } active)
            return;
        var now = current.Ticks;
        foreach (var delta in deltas)
            active.Judge.Merge(active.Rules, delta.Counter, delta.Hits, now);
    }
}
