using Weir.Policies.Throttle.Counting;
using Weir.Policies.Throttle.Judging;

namespace Weir.Policies.Throttle;

/// <summary>The places that a request has among those under way; given back once.</summary>
internal sealed class EnteredRules(ThrottleCounters counters) : IDisposable
{
    private readonly List<ulong> _keys = new(2);

    /// <summary>False when the rule's bound is reached; in a dry run the place is taken all the same.</summary>
    public bool TryEnter(RequestRule rule, ulong client, bool isDry, ThrottleMetrics metrics)
    {
        var key = CounterKey.Of(counters.Secret, rule.ConcurrencyTag, client, 0);
        var isFull = isDry && counters.Inside.Inside(key) >= rule.Concurrency;
        switch (counters.Inside.Enter(key, isDry ? int.MaxValue : rule.Concurrency))
        {
            case EntryOutcome.Entered:
                _keys.Add(key);
                return !isFull;
            case EntryOutcome.Uncounted:
                metrics.Uncounted();
                return true;
            default:
                return false;
        }
    }

    public void Dispose()
    {
        foreach (var key in _keys)
            counters.Inside.Leave(key);
        _keys.Clear();
    }
}
