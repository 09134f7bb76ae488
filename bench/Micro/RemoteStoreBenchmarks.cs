using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Stores.Memcached;
using Weir.Policies.Caching.Stores.Redis;
using Weir.Policies.Caching.Stores.Remote;
using Weir.Stores.Memcached;
using Weir.Stores.Redis;
using Weir.Support;

namespace Weir.Bench.Micro;

/// <summary>A hit in Redis and in Memcached beside a bare get of as many bytes by the same client; real servers on loopback.</summary>
public class RemoteStoreBenchmarks
{
    private static readonly CacheKey Key = CacheKey.Of(CachedPages.KeyText);
    private static readonly byte[] BareKey = "bare"u8.ToArray();
    private static readonly byte[] Get = "GET"u8.ToArray();
    private ServiceProvider? _services;
    private RedisServer? _redisServer;
    private MemcachedServer? _memcachedServer;
    private RedisClient? _redis;
    private MemcachedClient? _memcached;
    private RedisStore? _redisStore;
    private MemcachedStore? _memcachedStore;

    [Params(1024, 64 * 1024)]
    public int BodyBytes { get; set; }

    // Not tasks: this way of running does not wait for one.
    [GlobalSetup]
    public void Start() => StartAsync().GetAwaiter().GetResult();

    [GlobalCleanup]
    public void Stop() => StopAsync().GetAwaiter().GetResult();

    [Benchmark(Baseline = true, Description = "Redis, bare GET")]
    public async Task<int> RedisBare() => (await _redis!.SendAsync(RedisCommand.ForKey(Get, BareKey))).Memory.Length;

    [Benchmark(Description = "Redis, hit")]
    public async Task<bool> RedisHit() => await _redisStore!.GetAsync(Key, CachedPages.KeyText, CancellationToken.None) is not null;

    [Benchmark(Description = "Memcached, bare mg")]
    public async Task<int> MemcachedBare() => (await _memcached!.Servers[0].GetAsync(BareKey)).Value.Length;

    [Benchmark(Description = "Memcached, hit")]
    public async Task<bool> MemcachedHit() => await _memcachedStore!.GetAsync(Key, CachedPages.KeyText, CancellationToken.None) is not null;

    internal async Task StartAsync()
    {
        _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = _services.GetRequiredService<IMeterFactory>();
        (_redisServer, _memcachedServer) = (await RedisServer.StartAsync(), await MemcachedServer.StartAsync());
        var redis = new RedisStoreOptions { Url = _redisServer.Url, Timeout = TimeSpan.FromSeconds(30) };
        var memcached = new MemcachedStoreOptions { Servers = [new() { Address = _memcachedServer.Address }], Timeout = TimeSpan.FromSeconds(30) };
        _redis = new RedisClient(RedisStoreSettings.Of(redis, null), "bench", new RedisMetrics(meters), NullLogger.Instance, TimeProvider.System);
        _memcached = new MemcachedClient(MemcachedStore.Settings(memcached), "bench", new MemcachedMetrics(meters), NullLogger.Instance, TimeProvider.System);
        await _redis.WaitConnectedAsync(CancellationToken.None);
        await _memcached.Servers[0].WaitConnectedAsync(CancellationToken.None);
        _redisStore = new RedisStore(_redis, redis, new StoreMetrics(meters), NullLogger.Instance, TimeProvider.System);
        _memcachedStore = new MemcachedStore(_memcached, memcached, new StoreMetrics(meters), NullLogger.Instance, TimeProvider.System);

        var entry = CachedPages.Of(BodyBytes);
        var bytes = EntryCodec.Encode(entry)!.Value.ToArray();
        (await _redis.SendAsync(RedisCommand.ForKey("SET"u8.ToArray(), BareKey, bytes))).Dispose();
        await _memcached.Servers[0].SetAsync(BareKey, new MemcachedItem(bytes));
        if (!await _redisStore.SetAsync(Key, entry, TimeSpan.FromHours(1), CancellationToken.None) || !await _memcachedStore.SetAsync(Key, entry, TimeSpan.FromHours(1), CancellationToken.None))
            throw new InvalidOperationException("A store does not take the entry.");
        if (!await RedisHit() || !await MemcachedHit())
            throw new InvalidOperationException("A store does not find the entry.");
    }

    internal async Task StopAsync()
    {
        await _redisStore!.DisposeAsync();
        await _memcachedStore!.DisposeAsync();
        await _redisServer!.DisposeAsync();
        await _memcachedServer!.DisposeAsync();
        await _services!.DisposeAsync();
    }
}
