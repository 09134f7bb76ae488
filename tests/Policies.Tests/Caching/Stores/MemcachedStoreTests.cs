using System.Buffers.Binary;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Stores;
using Weir.Policies.Caching.Stores.Memcached;
using Weir.Policies.Caching.Stores.Remote;
using Weir.Policies.Tests.Caching.Entries;
using Weir.Policies.Tests.State;
using Weir.Stores.Memcached;
using Weir.Support;

namespace Weir.Policies.Tests.Caching.Stores;

/// <summary>The store in two real memcached servers.</summary>
public sealed class MemcachedStoreTests(RealMemcached memcached) : StoredBytesConformance, IClassFixture<RealMemcached>
{
    private readonly CacheMeters _meters = new();
    private readonly string _prefix = $"t{Guid.NewGuid():N}:";
    private MemcachedClient? _client;

    private protected override long Unreadable => _meters.Unreadable;

    private protected override Task<ICacheStore> CreateAsync(int maxEntryBytes) => ConnectAsync(maxEntryBytes, memcached.First, memcached.Second);

    private protected override async Task PutBytesAsync(ICacheStore store, CacheKey key, byte[] bytes)
    {
        var (server, name) = await PlaceAsync(key);
        Assert.True((await server.GetAsync(name)).IsHit);
        Assert.True(await server.SetAsync(name, new MemcachedItem(bytes) { Flags = MemcachedShard.Whole }));
    }

    private protected override async ValueTask EndAsync()
    {
        if (_client is not null)
            await _client.DisposeAsync();
        _meters.Dispose();
    }

    [Fact]
    public async Task What_is_larger_than_an_item_lies_in_several_and_a_missing_or_foreign_one_is_a_miss()
    {
        var store = await StoreAsync();
        var large = Samples.Page("k", Samples.Noise(3_000_000));
        await PutAsync(store, "k", large);
        var (server, name) = await PlaceAsync(Samples.Key("k"));
        var found = await server.GetAsync(name);
        Assert.Equal(MemcachedShard.Manifest, found.Flags);
        var manifest = MemcachedManifest.Read(found.Value.Span, 4 * 1024 * 1024)!.Value;
        Assert.Equal(3, manifest.Chunks);
        var chunk = manifest.KeyOf(name, 1);
        var was = (await server.GetAsync(chunk)).Value.ToArray();

        await server.DeleteAsync(chunk);
        Assert.Null(await FindAsync(store, "k"));
        await server.SetAsync(chunk, new MemcachedItem(was.AsMemory(0, was.Length - 1)) { Flags = MemcachedShard.Chunk });
        Assert.Null(await FindAsync(store, "k"));
        await server.SetAsync(chunk, new MemcachedItem(Samples.Noise(was.Length)) { Flags = MemcachedShard.Chunk });
        Assert.Null(await FindAsync(store, "k"));
        await server.SetAsync(chunk, new MemcachedItem(was) { Flags = MemcachedShard.Whole });
        Assert.Null(await FindAsync(store, "k"));
        await server.SetAsync(name, new MemcachedItem((byte[])[.. found.Value.ToArray()[..^1], 0]) { Flags = MemcachedShard.Manifest });
        Assert.Null(await FindAsync(store, "k"));

        await server.SetAsync(name, new MemcachedItem(found.Value) { Flags = MemcachedShard.Manifest });
        await server.SetAsync(chunk, new MemcachedItem(was) { Flags = MemcachedShard.Chunk });
        await AssertFoundAsync(store, large);
    }

    [Fact]
    public async Task The_largest_that_fits_into_an_item_lies_in_one_and_one_byte_more_in_two()
    {
        var store = await StoreAsync();
        var top = EntryCodec.Encode(Samples.Page("k"))!.Value.Top.Length;
        foreach (var more in (int[])[0, 1])
        {
            var entry = Samples.Page("k", Samples.Noise((1024 * 1024) - 512 - top + more));
            await PutAsync(store, "k", entry);
            var (server, name) = await PlaceAsync(Samples.Key("k"));
            Assert.Equal(more == 0 ? MemcachedShard.Whole : MemcachedShard.Manifest, (await server.GetAsync(name)).Flags);
            await AssertFoundAsync(store, entry);
        }
    }

    [Fact]
    public async Task By_rule_what_is_larger_than_an_item_is_refused()
    {
        await using var store = await ConnectAsync(16 * 1024 * 1024, o => o.LargeEntries = MemcachedLargeEntries.Skip, memcached.First);
        Assert.Equal((1024 * 1024) - 512, store.MaxEntryBytes);

        Assert.False(await store.SetAsync(Samples.Key("k"), Samples.Page("k", Samples.Noise(1024 * 1024)), Long, Never));

        Assert.Null(await FindAsync(store, "k"));
        Assert.Equal(0, _meters.Errors("failed"));
    }

    [Fact]
    public async Task Items_that_are_smaller_than_the_option_says_are_refused_without_harm()
    {
        await using var store = await ConnectAsync(16 * 1024 * 1024, o => o.ItemBytes = 2 * 1024 * 1024, memcached.First);

        Assert.False(await store.SetAsync(Samples.Key("k"), Samples.Page("k", Samples.Noise(1_500_000)), Long, Never));

        await PutAsync(store, "a", Samples.Page("a"));
        await AssertFoundAsync(store, Samples.Page("a"));
    }

    [Fact]
    public async Task A_lost_server_takes_its_own_share_of_the_entries_and_no_other()
    {
        await using var second = await MemcachedServer.StartAsync();
        await using var store = await ConnectAsync(1024 * 1024, memcached.First, second);
        var names = Enumerable.Range(0, 60).Select(i => $"k{i}").ToArray();
        foreach (var name in names)
            await PutAsync(store, name, Samples.Page(name));
        await using var client = new MemcachedClient(MemcachedStore.Settings(Options(memcached.First, second)), "test", new MemcachedMetrics(_meters), NullLogger.Instance, TimeProvider.System);
        var lost = names.Where(n => client.ServerFor(PlaceBytes(Samples.Key(n))).Index == 1).ToArray();
        Assert.InRange(lost.Length, 10, 50);

        await second.KillAsync();
        await Waiting.UntilAsync(() => store.Figures.State != "ok", "the store says that something is wrong");
        foreach (var name in names)
            Assert.Equal(!lost.Contains(name), await FindAsync(store, name) is not null);
        // What was removed meanwhile must not come back.
        foreach (var name in names)
            Assert.Equal(!lost.Contains(name), await store.RemoveAsync(Samples.Key(name), Never));

        await second.RestartAsync();
        await Waiting.UntilAsync(() => store.Figures.State == "ok", "the store is well again");
        foreach (var name in names)
            Assert.Null(await FindAsync(store, name));
        foreach (var name in names)
        {
            await PutAsync(store, name, Samples.Page(name));
            await AssertFoundAsync(store, Samples.Page(name));
        }
    }

    private static byte[] PlaceBytes(CacheKey key)
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(bytes, key.Hash);
        return bytes;
    }

    private async Task<(IMemcachedServer Server, byte[] Name)> PlaceAsync(CacheKey key)
    {
        _client ??= new MemcachedClient(MemcachedStore.Settings(Options(memcached.First, memcached.Second)), "test", new MemcachedMetrics(_meters), NullLogger.Instance, TimeProvider.System);
        var server = _client.ServerFor(PlaceBytes(key));
        await server.WaitConnectedAsync(TestContext.Current.CancellationToken);
        var generation = await server.GetAsync(RemoteKeys.Generation(_prefix));
        return (server, RemoteKeys.Entry(Encoding.ASCII.GetBytes(_prefix), BinaryPrimitives.ReadUInt64LittleEndian(generation.Value.Span), key));
    }

    private MemcachedStoreOptions Options(params MemcachedServer[] servers) => new()
    {
        Servers = [.. servers.Select(s => new MemcachedServerOptions { Address = s.Address })],
        Prefix = _prefix,
        Timeout = Patience,
        ConnectTimeout = Patience,
    };

    private Task<ICacheStore> ConnectAsync(int maxEntryBytes, params MemcachedServer[] servers) => ConnectAsync(maxEntryBytes, _ => { }, servers);

    private async Task<ICacheStore> ConnectAsync(int maxEntryBytes, Action<MemcachedStoreOptions> change, params MemcachedServer[] servers)
    {
        var options = Options(servers);
        options.MaxEntryBytes = maxEntryBytes;
        change(options);
        var store = MemcachedStore.Connect(options, new MemcachedMetrics(_meters), new StoreMetrics(_meters), NullLogger.Instance, TimeProvider.System);
        await Waiting.UntilAsync(() => store.Figures.State == "ok", "there are connections");
        return store;
    }
}
