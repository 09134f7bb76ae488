using System.Numerics;

namespace Weir.Policies.Throttle.Counting;

/// <summary>
/// Counters in a fixed piece of memory, eight to a set; a key belongs to one set. Any thread; hits on one key are counted one after
/// the other, so that of a hundred at once exactly the limit is let through.
/// <para>
/// Bound: <see cref="Entry.Bytes"/> x capacity, however many keys come. Error: a counter is never too high (two keys of 52 bits
/// that are equal apart), and too low only when it was thrown out: a new key in a full set takes the place of an entry that has
/// expired, else of the one with the fewest hits, of those the one that expires first. A heavy hitter thus stays among any number
/// of one-time visitors as soon as it has two hits while it is in the table.
/// </para>
/// </summary>
internal sealed class CounterTable
{
    /// <summary>Entries of a set.</summary>
    public const int Ways = 8;

    private readonly Entry[] _entries;
    private readonly int _shift;
    private long _evictions;
    private int _used;

    /// <param name="capacity">Entries; rounded up to a power of two, 64 at least.</param>
    public CounterTable(int capacity)
    {
        var sets = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(capacity, 64)) / Ways;
        _entries = new Entry[sets * Ways];
        _shift = 64 - BitOperations.Log2((uint)sets);
    }

    /// <summary>Entries there is room for.</summary>
    public int Capacity => _entries.Length;

    /// <summary>Bytes that the table holds.</summary>
    public long Bytes => (long)_entries.Length * Entry.Bytes;

    /// <summary>Entries in use, the expired that nobody needed the place of included.</summary>
    public int Used => Volatile.Read(ref _used);

    /// <summary>Live counters thrown out for new ones.</summary>
    public long Evictions => Interlocked.Read(ref _evictions);

    /// <summary>Counts hits within an interval.</summary>
    /// <param name="key">Not 0.</param>
    /// <param name="now">Ticks of 100 ns.</param>
    /// <param name="interval">Ticks of 100 ns.</param>
    /// <param name="slides">True: each hit moves the end, a gap rule. False: the interval begins with its first hit.</param>
    /// <param name="hits">1 and more.</param>
    /// <returns>The count with these hits and when it ends.</returns>
    public CounterState Hit(ulong key, long now, long interval, bool slides, uint hits = 1)
    {
        var first = FirstOf(key);
        SetLock.Take(ref _entries[first].Lock);
        ref var entry = ref Place(first, key, now, pinsCounts: false);
        if (entry.Count == 0 || entry.Expires <= now)
        {
            entry.Count = 0;
            entry.Start = now;
            entry.Expires = now + interval;
        }
        else if (slides)
        {
            entry.Expires = Math.Max(entry.Expires, now + interval);
        }

        entry.Count = Add(entry.Count, hits);
        var state = new CounterState(entry.Count, entry.Expires);
        SetLock.Release(ref _entries[first].Lock);
        return state;
    }

    /// <summary>
    /// Takes tokens from a bucket (GCRA): <see cref="Entry.Expires"/> is when the bucket will be full again. A refusal takes nothing.
    /// </summary>
    /// <param name="cost">Ticks in which one token grows back.</param>
    /// <param name="burst">Tokens of the full bucket.</param>
    /// <param name="tokens">To take.</param>
    /// <param name="isForced">Takes them in any case; the debt is at most one full bucket.</param>
    /// <returns>How many more would pass now, -1 for refused; and when the next may.</returns>
    public BucketState Take(ulong key, long now, long cost, int burst, uint tokens = 1, bool isForced = false)
    {
        var first = FirstOf(key);
        var full = cost * burst;
        // More than two full buckets changes nothing: the debt is bounded, and without the bound the product could overflow.
        tokens = (uint)Math.Min(tokens, 2L * burst);
        SetLock.Take(ref _entries[first].Lock);
        ref var entry = ref Place(first, key, now, pinsCounts: false);
        if (entry.Count == 0 || entry.Expires <= now)
        {
            entry.Count = 0;
            entry.Start = now;
            entry.Expires = now;
        }

        var after = entry.Expires + (cost * tokens);
        var passes = after - now <= full;
        if (passes || isForced)
            entry.Expires = Math.Min(after, now + (2 * full));
        entry.Count = Add(entry.Count, tokens);
        var state = passes
            ? new BucketState((full - (entry.Expires - now)) / cost, now)
            : new BucketState(-1, after - full);
        SetLock.Release(ref _entries[first].Lock);
        return state;
    }

    /// <summary>Sets an entry, for example a block, to a number and an end.</summary>
    public void Set(ulong key, long now, long expires, uint number)
    {
        var first = FirstOf(key);
        SetLock.Take(ref _entries[first].Lock);
        ref var entry = ref Place(first, key, now, pinsCounts: false);
        entry.Start = now;
        entry.Expires = Math.Max(entry.Expires, expires);
        entry.Count = number;
        SetLock.Release(ref _entries[first].Lock);
    }

    /// <summary>The state of a counter; with <paramref name="extendBy"/> its end moves when it is alive.</summary>
    /// <returns>Count 0 when there is none or it has expired.</returns>
    public CounterState Find(ulong key, long now, long extendBy = 0)
    {
        var first = FirstOf(key);
        var state = default(CounterState);
        SetLock.Take(ref _entries[first].Lock);
        for (var i = first; i < first + Ways; i++)
        {
            ref var entry = ref _entries[i];
            if (entry.Key != key)
                continue;
            if (entry.Expires > now)
            {
                if (extendBy > 0)
                    entry.Expires = Math.Max(entry.Expires, now + extendBy);
                state = new CounterState(entry.Count, entry.Expires);
            }

            break;
        }

        SetLock.Release(ref _entries[first].Lock);
        return state;
    }

    /// <summary>
    /// Enters something that is left again. Such an entry cannot be thrown out; where a set is full of them, the newcomer is let in
    /// uncounted: refusing it would punish the wrong one.
    /// </summary>
    public EntryOutcome Enter(ulong key, int limit)
    {
        var first = FirstOf(key);
        SetLock.Take(ref _entries[first].Lock);
        ref var entry = ref Place(first, key, long.MaxValue, pinsCounts: true);
        var outcome = EntryOutcome.Uncounted;
        if (entry.Key == key)
        {
            outcome = entry.Count < limit ? EntryOutcome.Entered : EntryOutcome.Full;
            if (outcome == EntryOutcome.Entered)
                entry.Count++;
        }

        SetLock.Release(ref _entries[first].Lock);
        return outcome;
    }

    /// <summary>Leaves what <see cref="Enter"/> entered; to be called for each <see cref="EntryOutcome.Entered"/> once and for nothing else.</summary>
    public void Leave(ulong key)
    {
        var first = FirstOf(key);
        SetLock.Take(ref _entries[first].Lock);
        for (var i = first; i < first + Ways; i++)
        {
            ref var entry = ref _entries[i];
            if (entry.Key != key)
                continue;
            if (entry.Count > 0)
                entry.Count--;
            if (entry.Count == 0)
            {
                entry.Key = 0;
                Interlocked.Decrement(ref _used);
            }

            break;
        }

        SetLock.Release(ref _entries[first].Lock);
    }

    /// <summary>How many are inside.</summary>
    public uint Inside(ulong key) => Find(key, long.MinValue).Count;

    private static uint Add(uint count, uint hits) => count > uint.MaxValue - hits ? uint.MaxValue : count + hits;

    // Placement has a stir of its own: the key's upper bits are a keyed hash already, its lower ones the rule.
    private int FirstOf(ulong key) => (int)((key * 0x9E37_79B9_7F4A_7C15) >> _shift) * Ways;

    /// <summary>The key's entry, found or made; with pinned counts an entry with another key when there is no room.</summary>
    private ref Entry Place(int first, ulong key, long now, bool pinsCounts)
    {
        var victim = first;
        for (var i = first; i < first + Ways; i++)
        {
            ref var entry = ref _entries[i];
            if (entry.Key == key)
                return ref entry;
            if (IsCheaper(ref entry, ref _entries[victim], now, pinsCounts))
                victim = i;
        }

        ref var place = ref _entries[victim];
        if (place.Key == 0)
            Interlocked.Increment(ref _used);
        else if (pinsCounts && place.Count > 0)
            return ref place;
        else if (!pinsCounts && place.Expires > now)
            Interlocked.Increment(ref _evictions);
        place.Key = key;
        place.Start = 0;
        place.Expires = 0;
        place.Count = 0;
        return ref place;
    }

    private static bool IsCheaper(ref Entry one, ref Entry other, long now, bool pinsCounts)
    {
        if (other.Key == 0)
            return false;
        if (one.Key == 0)
            return true;
        if (pinsCounts)
            return one.Count < other.Count;
        var isOver = one.Expires <= now;
        if (isOver != other.Expires <= now)
            return isOver;
        return one.Count != other.Count && !isOver ? one.Count < other.Count : one.Expires < other.Expires;
    }
}
