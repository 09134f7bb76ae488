using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Weir.Policies.Caching.Admin;
using Weir.Policies.Caching.Answers;
using Weir.Policies.Caching.Fetching;
using Weir.Policies.Caching.Keys;
using Weir.Policies.Caching.Purging;
using Weir.Policies.Caching.Rules;
using Weir.Policies.Caching.Stores.Memory;
using Weir.Policies.Caching.Stores.Remote;
using Weir.Policies.Caching.Tiers;
using Weir.Policies.Contracts;
using Weir.Stores.Memcached;
using Weir.Stores.Redis;

namespace Weir.Policies.Caching;

/// <summary>Registers the slice and puts it into the pipeline.</summary>
public static class CachingExtensions
{
    /// <summary>Adds the cache and its stores. Options come from <c>Weir:Cache</c>.</summary>
    public static IServiceCollection AddCaching(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<CachingOptions>, CachingOptionsValidator>());
        services.TryAddSingleton<CurrentCachingRules>();
        services.TryAddSingleton<StoreMetrics>();
        services.TryAddSingleton<RedisMetrics>();
        services.TryAddSingleton<MemcachedMetrics>();
        services.TryAddSingleton(s => new MemoryStore(s.GetRequiredService<CurrentCachingRules>().Now.Options.Memory, s.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(s => SecondTier.Of(s.GetRequiredService<CurrentCachingRules>().Now.Options, s));
        services.TryAddSingleton<CacheTiers>();
        services.TryAddSingleton(s => new PurgeLedger(s.GetRequiredService<TimeProvider>(), CacheTiers.MaxKeep));
        services.TryAddSingleton<PurgeMetrics>();
        services.TryAddSingleton<CacheLookup>();
        services.TryAddSingleton<EntryWriter>();
        services.TryAddSingleton<FetchTable>();
        services.TryAddSingleton<FetchBudget>();
        services.TryAddSingleton<MarkClock>();
        services.TryAddSingleton<Fetcher>();
        services.TryAddSingleton(s => new StoredAnswer(s.GetService<IStoredSender>()));
        services.TryAddSingleton<FetchAnswer>();
        services.TryAddSingleton<FetchFlow>();
        services.TryAddSingleton<CacheFlow>();
        services.TryAddSingleton<Invalidator>();
        services.TryAddSingleton<CacheKeys>();
        services.TryAddSingleton<CachingMetrics>();
        return services;
    }

    /// <summary>Adds what runs beside the requests: purges, and what the other gateways tell. Comes after the shared state, which it uses.</summary>
    public static IServiceCollection AddCachingServices(this IServiceCollection services)
    {
        services.TryAddSingleton<CacheService>();
        services.AddHostedService(s => s.GetRequiredService<CacheService>());
        services.TryAddSingleton<ICacheAdmin, CacheAdmin>();
        return services;
    }

    /// <summary>Answers from the store. Comes where the route is known and before anything that takes a slot or waits.</summary>
    public static IApplicationBuilder UseCaching(this IApplicationBuilder app) => app.UseMiddleware<CachingMiddleware>();
}
