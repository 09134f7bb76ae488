using System.Buffers.Binary;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Stores;
using Weir.Policies.Caching.Stores.Redis;
using Weir.Policies.Caching.Stores.Remote;
using Weir.Policies.Tests.Caching.Entries;
using Weir.Policies.Tests.State;
using Weir.Stores.Redis;
using Weir.Support;

namespace Weir.Policies.Tests.Caching.Stores;

/// <summary>The store in a real redis-server.</summary>
public sealed class RedisStoreTests(RealRedis redis) : StoredBytesConformance, IClassFixture<RealRedis>
{
    private readonly CacheMeters _meters = new();
    private readonly string _prefix = $"t{Guid.NewGuid():N}:";

    private protected override long Unreadable => _meters.Unreadable;

    private protected override Task<ICacheStore> CreateAsync(int maxEntryBytes) => ConnectAsync(redis.Server, maxEntryBytes);

    private protected override async Task PutBytesAsync(ICacheStore store, CacheKey key, byte[] bytes)
    {
        await using var client = await ClientAsync(redis.Server.Url);
        using var generation = await client.SendAsync(RedisCommand.ForKey("GET"u8.ToArray(), RemoteKeys.Generation(_prefix)));
        var name = RemoteKeys.Entry(Encoding.ASCII.GetBytes(_prefix), BinaryPrimitives.ReadUInt64LittleEndian(generation.Span), key);
        using var before = await client.SendAsync(RedisCommand.ForKey("EXISTS"u8.ToArray(), name));
        Assert.Equal(1, before.Integer);
        using var set = await client.SendAsync(RedisCommand.ForKey("SET"u8.ToArray(), name, bytes));
    }

    private protected override ValueTask EndAsync()
    {
        _meters.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Keys_have_the_prefix_and_expire()
    {
        var store = await StoreAsync();
        await PutAsync(store, "k", Samples.Page("k"), TimeSpan.FromMinutes(5));

        var names = (await redis.Server.CliAsync("KEYS", $"{_prefix}*")).Split('\n');
        Assert.Equal(2, names.Length);
        var expiry = long.Parse(await redis.Server.CliAsync("PTTL", names.Single(n => !n.EndsWith("generation", StringComparison.Ordinal))));
        Assert.InRange(expiry, 1, 300_000);
    }

    [Fact]
    public async Task Another_gateway_finds_what_one_has_stored_and_loses_it_when_that_one_clears()
    {
        var store = await StoreAsync();
        await using var other = await ConnectAsync(redis.Server, 1024 * 1024);
        await PutAsync(store, "k", Samples.Page("k"));
        await AssertFoundAsync(other, Samples.Page("k"));

        await store.ClearAsync(Never);

        Assert.Null(await FindAsync(store, "k"));
        for (var clock = System.Diagnostics.Stopwatch.StartNew(); await FindAsync(other, "k") is not null; await Task.Delay(20))
            Assert.True(clock.Elapsed < Patience, "the other does not hear of it");
        await PutAsync(other, "k", Samples.Page("k"));
        await AssertFoundAsync(store, Samples.Page("k"));
    }

    [Fact]
    public async Task A_server_that_is_killed_means_misses_at_once_and_hits_again_when_it_is_back()
    {
        await using var server = await RedisServer.StartAsync();
        await using var store = await ConnectAsync(server, 1024 * 1024);
        await PutAsync(store, "k", Samples.Page("k"));

        await server.KillAsync();
        await Waiting.UntilAsync(() => store.Figures.State != "ok", "the store says that something is wrong");
        Assert.Null(await FindAsync(store, "k"));
        Assert.False(await store.SetAsync(Samples.Key("n"), Samples.Page("n"), Long, Never));
        Assert.False(await store.RemoveAsync(Samples.Key("k"), Never));
        await store.ClearAsync(Never);
        Assert.True(_meters.Errors("not_connected") >= 4);

        await server.RestartAsync();
        await Waiting.UntilAsync(() => store.Figures.State == "ok", "the store is well again");
        await PutAsync(store, "k", Samples.Page("k"));
        await AssertFoundAsync(store, Samples.Page("k"));
    }

    [Fact]
    public async Task A_body_in_a_file_is_stored_too()
    {
        var store = await StoreAsync();
        var path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, [1, 2, .. Samples.Noise(5000)], TestContext.Current.CancellationToken);
        var page = Samples.Page("k");
        using var file = File.OpenHandle(path);
        File.Delete(path);
        await PutAsync(store, "k", new CachedResponse
        {
            KeyText = page.KeyText,
            StoredAt = page.StoredAt,
            Status = 200,
            Fields = page.Fields,
            Body = new FileBody(file, 2, 5000),
            RequestedAt = page.RequestedAt,
            ReceivedAt = page.ReceivedAt,
            InitialAge = 0,
            FreshFor = page.FreshFor,
        });

        await AssertFoundAsync(store, Samples.Page("k", Samples.Noise(5000)));
    }

    private async Task<ICacheStore> ConnectAsync(RedisServer server, int maxEntryBytes)
    {
        var options = new RedisStoreOptions { Url = server.Url, Prefix = _prefix, MaxEntryBytes = maxEntryBytes, Timeout = Patience, ConnectTimeout = Patience };
        var store = RedisStore.Connect(options, null, new RedisMetrics(_meters), new StoreMetrics(_meters), NullLogger.Instance, TimeProvider.System);
        await Waiting.UntilAsync(() => store.Figures.State == "ok", "there is a connection");
        return store;
    }

    private async Task<RedisClient> ClientAsync(string url)
    {
        var options = RedisStoreSettings.Of(new RedisStoreOptions { Url = url, Timeout = Patience, ConnectTimeout = Patience }, null);
        var client = new RedisClient(options, "test", new RedisMetrics(_meters), NullLogger.Instance, TimeProvider.System);
        await client.WaitConnectedAsync(TestContext.Current.CancellationToken);
        return client;
    }
}
