using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Weir.Policies.Caching.Stores;
using Weir.Policies.Caching.Stores.Distributed;
using Weir.Policies.Caching.Stores.Memcached;
using Weir.Policies.Caching.Stores.Redis;
using Weir.Policies.Caching.Stores.Remote;
using Weir.Stores.Memcached;
using Weir.Stores.Redis;

namespace Weir.Policies.Caching.Tiers;

/// <summary>What stands behind memory.</summary>
/// <param name="Store">Null for nothing.</param>
/// <param name="IsShared">Other gateways write there too.</param>
/// <param name="Redis">The store's own client, where it is in Redis.</param>
/// <param name="Prefix">What its keys begin with there.</param>
internal sealed record SecondTier(ICacheStore? Store, bool IsShared, IRedisClient? Redis = null, string Prefix = "")
{
    public static SecondTier None { get; } = new(null, false);

    /// <summary>The configured one; it starts to connect at once.</summary>
    /// <exception cref="InvalidOperationException">An IDistributedCache is wanted and none is registered.</exception>
    public static SecondTier Of(CachingOptions options, IServiceProvider services)
    {
        if (!options.Enabled)
            return None;
        var metrics = services.GetRequiredService<StoreMetrics>();
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("Weir.Policies.Caching.Stores");
        var clock = services.GetRequiredService<TimeProvider>();
        switch (options.Store)
        {
            case CacheStoreKind.Redis:
                var client = new RedisClient(
                    RedisStoreSettings.Of(options.Redis, null), RedisStore.Use, services.GetRequiredService<RedisMetrics>(), logger, clock);
                return new(new RedisStore(client, options.Redis, metrics, logger, clock), true, client, options.Redis.Prefix);
            case CacheStoreKind.Memcached:
                return new(MemcachedStore.Connect(options.Memcached, services.GetRequiredService<MemcachedMetrics>(), metrics, logger, clock), true);
            case CacheStoreKind.Distributed:
                var key = options.Distributed.ServiceKey;
                var cache = key is null ? services.GetService<IDistributedCache>() : services.GetKeyedService<IDistributedCache>(key);
                return cache is null
                    ? throw new InvalidOperationException($"{CachingOptions.Section}:Store is Distributed, and no IDistributedCache is registered{(key is null ? "" : $" under '{key}'")}.")
                    : new(new DistributedStore(cache, options.Distributed, metrics, logger, clock), true);
            default:
                return None;
        }
    }
}
