using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Stores.Memory;

/// <summary>
/// Remembers which keys were put out lately, 8 bytes each: 32 bits of the key's hash and when. Sets of four slots; a full set
/// forgets its oldest. Two keys with one fingerprint are taken for each other (about one look-up in a billion per slot of the set):
/// that costs a place in the main queue and nothing else. Used under the store's lock.
/// </summary>
internal sealed class GhostTable
{
    private const int Ways = 4;

    private ulong[] _slots = new ulong[1024];
    private uint _now;

    /// <summary>As many are remembered as the table has room for, however long ago.</summary>
    public void Fit(int entries)
    {
        if (entries > _slots.Length)
            (_slots, _now) = (new ulong[_slots.Length * 2], 0);
    }

    public void Add(CacheKey key)
    {
        var set = SetOf(key);
        ref var oldest = ref set[0];
        foreach (ref var slot in set)
        {
            if ((uint)slot < (uint)oldest)
                oldest = ref slot;
        }

        // Zero marks a free slot. The clock's turn after four billion forgets in a wrong order once.
        oldest = ((ulong)Fingerprint(key) << 32) | (++_now == 0 ? _now = 1 : _now);
    }

    /// <summary>True when the key was put out lately; it is forgotten by that.</summary>
    public bool Take(CacheKey key)
    {
        var fingerprint = Fingerprint(key);
        foreach (ref var slot in SetOf(key))
        {
            if ((uint)(slot >> 32) != fingerprint || (uint)slot == 0)
                continue;
            slot = 0;
            return true;
        }

        return false;
    }

    public void Clear() => Array.Clear(_slots);

    private static uint Fingerprint(CacheKey key) => (uint)(key.Hash >> 96);

    private Span<ulong> SetOf(CacheKey key)
    {
        var sets = (uint)(_slots.Length / Ways);
        return _slots.AsSpan((int)((uint)(ulong)(key.Hash >> 64) & (sets - 1)) * Ways, Ways);
    }
}
