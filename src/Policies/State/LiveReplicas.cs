using Weir.Policies.Contracts;

namespace Weir.Policies.State;

/// <summary>
/// The number of gateways. More are believed at once, since each takes its share; fewer not for a while after the
/// store came back or had forgotten us: it may have forgotten gateways that are about to say that they live.
/// </summary>
internal sealed class LiveReplicas(TimeProvider clock) : IReplicas
{
    /// <summary>More than that is nobody's farm, but a fault in the store.</summary>
    internal const int Most = 1000;

    private readonly Lock _lock = new();
    private long _doubtedAt;
    private int _live = 1;

    /// <inheritdoc />
    public event Action? Changed;

    /// <inheritdoc />
    public int Live => Volatile.Read(ref _live);

    /// <summary>From now on the store may know too few.</summary>
    public void Doubt() => Volatile.Write(ref _doubtedAt, clock.GetTimestamp());

    /// <summary>Takes what the store counts.</summary>
    /// <param name="counted">Gateways.</param>
    /// <param name="grace">How long after <see cref="Doubt"/> fewer are not believed.</param>
    /// <returns>The number before, when it changed; otherwise null.</returns>
    public int? Take(long counted, TimeSpan grace)
    {
        int before;
        lock (_lock)
        {
            var live = (int)Math.Clamp(counted, 1, Most);
            before = _live;
            if (live == before || (live < before && clock.GetElapsedTime(Volatile.Read(ref _doubtedAt)) < grace))
                return null;
            Volatile.Write(ref _live, live);
        }

        Changed?.Invoke();
        return before;
    }
}
