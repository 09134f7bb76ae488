namespace Weir.Policies.Caching.Stores.Memcached;

/// <summary>What becomes of an entry that does not fit into one item.</summary>
public enum MemcachedLargeEntries
{
    /// <summary>It is stored in several items.</summary>
    Split,

    /// <summary>It is not stored.</summary>
    Skip,
}
