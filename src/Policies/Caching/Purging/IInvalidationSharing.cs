using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Purging;

/// <summary>
/// Tells the other gateways which keys an unsafe request has made invalid, so that they drop them from their own tiers. Cheap, and without
/// any promise: what is said while Redis is away, or faster than it can be sent, is dropped and counted.
/// </summary>
internal interface IInvalidationSharing
{
    /// <summary>A primary key that another gateway dropped. Raised on a thread that must not be held up.</summary>
    event Action<CacheKey>? Received;

    /// <summary>Tells the others; never waits.</summary>
    void Publish(CacheKey key);
}
