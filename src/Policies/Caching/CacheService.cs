using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Fetching;
using Weir.Policies.Caching.Purging;
using Weir.Policies.Caching.Purging.Sharing;
using Weir.Policies.Caching.Rules;
using Weir.Policies.Caching.Tiers;
using Weir.Policies.Contracts;

namespace Weir.Policies.Caching;

/// <summary>Runs what the cache has beside the requests. Nothing of the data plane waits for it.</summary>
internal sealed class CacheService(
    CurrentCachingRules rules, CacheTiers tiers, SecondTier second, PurgeLedger ledger, PurgeMetrics metrics, Invalidator invalidator, CacheKeys keys, FetchTable fetches,
    ILogger<CacheService> logger, TimeProvider clock, ISharedRedis? shared = null) : IHostedService, IAsyncDisposable
{
    private PurgeSharing? _sharing;
    private InvalidationSharing? _invalidations;

    /// <summary>Null while the cache is off.</summary>
    public CachePurger? Purger { get; private set; }

    /// <summary>Before the listeners open: what the other gateways have purged is known with the first request, or nothing old is used.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        rules.Changed += Resize;
        if (!rules.Now.Enabled)
            return;
        // The farm's own state where there is one; else the Redis that the entries lie in.
        var (redis, prefix) = shared?.Client is { } client ? (client, shared.Prefix + "cache:") : (second.Redis, second.Prefix);
        if (redis is not null)
        {
            _sharing = new PurgeSharing(redis, prefix, metrics, logger, clock);
            _invalidations = new InvalidationSharing(redis, prefix, metrics, logger);
            _invalidations.Received += Forget;
            invalidator.Dropped += _invalidations.Publish;
        }

        Purger = new CachePurger([.. tiers.All], ledger, null, _sharing, keys, metrics, logger, clock);
        await Purger.StartAsync(cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Purger is not null)
            await Purger.StopAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        rules.Changed -= Resize;
        if (_invalidations is not null)
        {
            invalidator.Dropped -= _invalidations.Publish;
            await _invalidations.DisposeAsync();
        }

        if (Purger is not null)
            await Purger.DisposeAsync();
        if (_sharing is not null)
            await _sharing.DisposeAsync();
    }

    private void Resize(CachingRules now) => tiers.Memory.Resize(now.Options.Memory.MaxBytes);

    private void Forget(CacheKey key)
    {
        fetches.Spoil(key);
        tiers.Memory.Remove(key);
    }
}
