using Weir.Policies.Contracts;

namespace Weir.Policies.Throttle.Counting;

/// <summary>
/// What was counted here and not told to the others yet. Bound: 65536 keys, 2 MB. A key that finds its set full is dropped and
/// counted as dropped: the earliest stay. Notes nothing until somebody drains for the first time.
/// </summary>
internal sealed class PendingDeltas
{
    private const int Capacity = 1 << 16;
    private const int SetBits = 13;

    private readonly Lock _draining = new();
    private Entry[]? _entries;
    private int _next;
    private long _dropped;

    /// <summary>Hits that will never be told.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public void Add(ulong key, uint hits)
    {
        if (Volatile.Read(ref _entries) is not { } entries)
            return;
        var first = (int)((key * 0x9E37_79B9_7F4A_7C15) >> (64 - SetBits)) * CounterTable.Ways;
        SetLock.Take(ref entries[first].Lock);
        var free = -1;
        for (var i = first; i < first + CounterTable.Ways; i++)
        {
            ref var entry = ref entries[i];
            if (entry.Key == key)
            {
                free = i;
                break;
            }

            if (entry.Key == 0 && free < 0)
                free = i;
        }

        if (free >= 0)
        {
            entries[free].Key = key;
            entries[free].Count += hits;
        }

        SetLock.Release(ref entries[first].Lock);
        if (free < 0)
            Interlocked.Add(ref _dropped, hits);
    }

    /// <summary>Moves as many as fit; the rest follows with the next call, from where this one ended.</summary>
    public int Drain(Span<CounterDelta> into)
    {
        lock (_draining)
        {
            if (_entries is null)
            {
                Volatile.Write(ref _entries, new Entry[Capacity]);
                return 0;
            }

            var written = 0;
            for (var seen = 0; seen < Capacity / CounterTable.Ways && written < into.Length; seen++)
            {
                written += DrainSet(_entries, _next, into[written..]);
                if (written == into.Length)
                    break;
                _next = (_next + CounterTable.Ways) & (Capacity - 1);
            }

            return written;
        }
    }

    private static int DrainSet(Entry[] entries, int first, Span<CounterDelta> into)
    {
        var written = 0;
        SetLock.Take(ref entries[first].Lock);
        for (var i = first; i < first + CounterTable.Ways && written < into.Length; i++)
        {
            ref var entry = ref entries[i];
            if (entry.Key == 0)
                continue;
            into[written++] = new CounterDelta(entry.Key, entry.Count);
            entry.Key = 0;
            entry.Count = 0;
        }

        SetLock.Release(ref entries[first].Lock);
        return written;
    }
}
