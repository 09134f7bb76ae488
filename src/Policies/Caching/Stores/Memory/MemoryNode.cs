using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Stores.Memory;

/// <summary>
/// An entry's place in the table and in one queue. Links change under the store's lock; the entry, the count of hits and the
/// table's link are read without it.
/// </summary>
internal sealed class MemoryNode(CacheKey key, CacheEntry entry)
{
    /// <summary>More hits than this between two looks of the queue make no difference (S3-FIFO).</summary>
    public const int MostHits = 3;

    private volatile CacheEntry _entry = entry;
    private int _hits;

    public CacheKey Key { get; } = key;

    /// <summary>Replaced as a whole, so a reader has the old one or the new one.</summary>
    public CacheEntry Entry
    {
        get => _entry;
        set => _entry = value;
    }

    /// <summary>The next of the table's bucket.</summary>
    public MemoryNode? InBucket;

    public MemoryNode? Newer;

    public MemoryNode? Older;

    /// <summary>The queue it is in; null once it has left the store.</summary>
    public NodeQueue? Queue;

    /// <summary>Bytes that it is counted with.</summary>
    public long Charge;

    /// <summary>When it is of no use any more, seconds since the store began.</summary>
    public uint EndsAt;

    public int Hits => Volatile.Read(ref _hits);

    /// <summary>Racing readers may lose a hit: it only has to be roughly right, and most hits write nothing.</summary>
    public void Hit()
    {
        var hits = _hits;
        if (hits < MostHits)
            Volatile.Write(ref _hits, hits + 1);
    }

    public void SetHits(int hits) => Volatile.Write(ref _hits, hits);
}
