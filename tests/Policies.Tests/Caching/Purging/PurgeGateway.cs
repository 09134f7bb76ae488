using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Weir.Policies.Caching.Admin;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Purging;
using Weir.Policies.Caching.Purging.Journal;
using Weir.Policies.Caching.Purging.Sharing;
using Weir.Policies.Caching.Stores;
using Weir.Policies.Caching.Stores.Memory;
using Weir.Stores.Redis;

namespace Weir.Policies.Tests.Caching.Purging;

/// <summary>One gateway's purging: a memory store, what else a test wants, and its own client of Redis.</summary>
internal sealed class PurgeGateway : IPurgeKeys, IAsyncDisposable
{
    private readonly List<ICacheStore> _tiers = [];
    private readonly TimeProvider _clock;

    public PurgeGateway(string? redis, string? journal = null, TimeProvider? clock = null, int maxLength = PurgeSharing.MaxLength, string? user = null, string? password = null, params ICacheStore[] more)
    {
        _clock = clock ?? TimeProvider.System;
        Memory = new MemoryStore(new MemoryStoreOptions(), _clock);
        _tiers.AddRange([Memory, .. more]);
        Ledger = new PurgeLedger(_clock);
        Metrics = new PurgeMetrics(Meters, Ledger);
        Journal = journal is null ? null : new PurgeJournal(journal, Ledger, Metrics, NullLogger.Instance);
        if (redis is not null)
        {
            Assert.True(RedisUrl.TryParse(redis, out var url));
            // Bounds as small as any composition's.
            var options = new RedisOptions
            {
                Endpoints = [url.Endpoint],
                User = user,
                Password = password is null ? null : () => password,
                MaxBackoff = TimeSpan.FromMilliseconds(200),
                ConnectTimeout = TimeSpan.FromSeconds(20),
                CommandTimeout = TimeSpan.FromSeconds(10),
                Limits = new RedisLimits { MaxReplyBytes = 68 * 1024, MaxItems = 1000, KeepsValues = true },
            };
            Redis = new RedisClient(options, "cache", new RedisMetrics(Meters), NullLogger.Instance, TimeProvider.System);
            Sharing = new PurgeSharing(Redis, "weir:cache:", Metrics, NullLogger.Instance, _clock, maxLength);
            Invalidations = new InvalidationSharing(Redis, "weir:cache:", Metrics, NullLogger.Instance);
        }

        Purger = new CachePurger(_tiers, Ledger, Journal, Sharing, this, Metrics, NullLogger.Instance, _clock);
    }

    public MemoryStore Memory { get; }

    public PurgeLedger Ledger { get; }

    public CacheMeters Meters { get; } = new();

    public PurgeMetrics Metrics { get; }

    public PurgeJournal? Journal { get; }

    public RedisClient? Redis { get; }

    public PurgeSharing? Sharing { get; }

    public InvalidationSharing? Invalidations { get; }

    public CachePurger Purger { get; }

    public long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    public static async Task<PurgeGateway> StartAsync(string? redis, string? journal = null, TimeProvider? clock = null, int maxLength = PurgeSharing.MaxLength, string? user = null, string? password = null, params ICacheStore[] more)
    {
        var gateway = new PurgeGateway(redis, journal, clock, maxLength, user, password, more);
        await gateway.StartAsync();
        return gateway;
    }

    public Task StartAsync() => Purger.StartAsync(CancellationToken.None);

    public IReadOnlyList<CacheKey> KeysOf(string url) => [CacheKey.Of(Encoding.UTF8.GetBytes("route\n" + url)), CacheKey.Of(Encoding.UTF8.GetBytes("other\n" + url))];

    public IReadOnlyList<string> UrlsOf(string url) => [url.Split("?utm")[0]];

    public Task<PurgeReport> PurgeAsync(PurgeKind kind, string target = "", bool soft = false) => Purger.PurgeAsync(new PurgeOrder(kind, target, soft), CancellationToken.None);

    /// <summary>What a request would find of a page that was stored at a time.</summary>
    public PurgeVerdict Judge(string url, long at, params string[] tags) => Ledger.Judge(Pages.Page(url, at, tags), out _);

    public bool IsPurged(string tag, long at) => Judge("http://any/", at, tag) == PurgeVerdict.Hard;

    public async Task StoreAsync(string url)
    {
        var entry = Pages.Page(url, Now);
        foreach (var tier in _tiers)
            Assert.True(await tier.SetAsync(Pages.Key(url), entry, TimeSpan.FromHours(1), default));
    }

    public async Task<bool> HasAsync(string url, ICacheStore? tier = null) => await (tier ?? Memory).GetAsync(Pages.Key(url), Encoding.UTF8.GetBytes("route\n" + url), default) is not null;

    public async ValueTask DisposeAsync()
    {
        await Purger.DisposeAsync();
        if (Sharing is not null)
            await Sharing.DisposeAsync();
        if (Invalidations is not null)
            await Invalidations.DisposeAsync();
        if (Redis is not null)
            await Redis.DisposeAsync();
        foreach (var tier in _tiers)
            await tier.DisposeAsync();
        Meters.Dispose();
    }
}
