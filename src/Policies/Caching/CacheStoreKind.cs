namespace Weir.Policies.Caching;

/// <summary>What stands behind the memory store.</summary>
public enum CacheStoreKind
{
    /// <summary>Nothing: what is stored is gone after a restart.</summary>
    Memory,

    /// <summary>Redis, shared by all gateways with the same prefix.</summary>
    Redis,

    /// <summary>Memcached servers, shared likewise.</summary>
    Memcached,

    /// <summary>A registered IDistributedCache.</summary>
    Distributed,
}
