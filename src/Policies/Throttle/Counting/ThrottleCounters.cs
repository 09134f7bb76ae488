namespace Weir.Policies.Throttle.Counting;

/// <summary>
/// All that is remembered of requests. With the default of 2^20 counters: 32 MB for intervals up to a minute, 8 MB for longer ones,
/// 4 MB for blocks, 2 MB for what is under way, 2 MB for what the replicas are told: 48 MB, of which the system gives what is
/// touched. The connection gate has 4 MB more.
/// </summary>
internal sealed class ThrottleCounters
{
    private const int MinTable = 1024;

    /// <param name="capacity">Counters of short intervals; the other tables are shares of it.</param>
    public ThrottleCounters(int capacity, HashSecret secret)
    {
        Size = capacity;
        Secret = secret;
        Short = new CounterTable(capacity);
        Long = new CounterTable(Math.Max(MinTable, capacity / 4));
        Blocks = new CounterTable(Math.Max(MinTable, capacity / 8));
        Inside = new CounterTable(Math.Max(MinTable, capacity / 16));
    }

    /// <summary>What was asked for.</summary>
    public int Size { get; }

    public HashSecret Secret { get; }

    /// <summary>Intervals up to a minute.</summary>
    public CounterTable Short { get; }

    /// <summary>Longer intervals: a flood of one-second counters cannot push out a week's quota.</summary>
    public CounterTable Long { get; }

    /// <summary>Clients that are refused everything for a while.</summary>
    public CounterTable Blocks { get; }

    /// <summary>Requests under way.</summary>
    public CounterTable Inside { get; }

    public PendingDeltas Pending { get; } = new();

    public long Bytes => Short.Bytes + Long.Bytes + Blocks.Bytes + Inside.Bytes;

    public long Used => (long)Short.Used + Long.Used + Blocks.Used + Inside.Used;

    public long Evictions => Short.Evictions + Long.Evictions + Blocks.Evictions;
}
