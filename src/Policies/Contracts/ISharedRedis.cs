using Weir.Stores.Redis;

namespace Weir.Policies.Contracts;

/// <summary>The Redis through which the gateways of a farm share their state, for slices that have something of their own to tell. Implemented by the State slice.</summary>
public interface ISharedRedis
{
    /// <summary>Null while none is configured, and before the State slice has started. Not the caller's to dispose.</summary>
    IRedisClient? Client { get; }

    /// <summary>What the names of keys and channels begin with; the caller adds a word of its own.</summary>
    string Prefix { get; }
}
