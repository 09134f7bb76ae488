using Weir.Policies.Contracts;

namespace Weir.Policies.Tests.State;

/// <summary>Counters as the contract has them, without a rule.</summary>
internal sealed class HeldCounters : ICounterExchange
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, uint> _untold = [];
    private readonly Dictionary<ulong, long> _all = [];

    public void Hit(ulong counter, uint hits = 1)
    {
        lock (_lock)
        {
            _untold[counter] = _untold.GetValueOrDefault(counter) + hits;
            _all[counter] = _all.GetValueOrDefault(counter) + hits;
        }
    }

    public long Of(ulong counter)
    {
        lock (_lock)
            return _all.GetValueOrDefault(counter);
    }

    public int Drain(Span<CounterDelta> into)
    {
        lock (_lock)
        {
            var count = 0;
            foreach (var (counter, hits) in _untold.Take(into.Length).ToArray())
            {
                into[count++] = new CounterDelta(counter, hits);
                _untold.Remove(counter);
            }

            return count;
        }
    }

    public void Merge(ReadOnlySpan<CounterDelta> deltas)
    {
        lock (_lock)
        {
            foreach (var delta in deltas)
                _all[delta.Counter] = _all.GetValueOrDefault(delta.Counter) + delta.Hits;
        }
    }
}
