namespace Weir.Policies.Contracts;

/// <summary>
/// Counters that replicas share: each counts by itself and tells the others now and then what it has counted. Implemented by the
/// Throttle slice, carried by the State slice.
/// </summary>
public interface ICounterExchange
{
    /// <summary>Takes what was counted here since the last call. Nothing is kept of it, whether it arrives or not.</summary>
    /// <returns>How many were written; when <paramref name="into"/> is too small the rest follows with the next call.</returns>
    int Drain(Span<CounterDelta> into);

    /// <summary>Counts what another replica has told. Such hits are not told again.</summary>
    void Merge(ReadOnlySpan<CounterDelta> deltas);
}
