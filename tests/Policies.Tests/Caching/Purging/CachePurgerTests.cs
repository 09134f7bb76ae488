using Weir.Policies.Caching.Admin;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Purging;
using Weir.Policies.Caching.Stores;
using Weir.Policies.Tests.State;
using Weir.Support;

namespace Weir.Policies.Tests.Caching.Purging;

/// <summary>One gateway by itself.</summary>
public sealed class CachePurgerTests : IDisposable
{
    private const string Alone = "Only this gateway was told: the cache has no Redis through which others would hear of it.";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("weir-purges-");

    private string JournalFile => Path.Combine(_folder.FullName, "purges");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_hard_purge_of_a_url_leaves_every_tier_at_once_and_counts_it_once()
    {
        var disk = new NamedStore("disk");
        await using var a = await PurgeGateway.StartAsync(null, JournalFile, more: disk);
        await a.StoreAsync("https://h/a");
        await a.StoreAsync("https://h/b");
        Assert.Equal(new PurgeReport(1, false, Alone), await a.PurgeAsync(PurgeKind.Url, "HTTPS://H:443/a"));
        Assert.False(await a.HasAsync("https://h/a"));
        Assert.False(await a.HasAsync("https://h/a", disk));
        Assert.True(await a.HasAsync("https://h/b"));
        Assert.Equal(0, (await a.PurgeAsync(PurgeKind.Url, "https://h/a")).Removed);
    }

    [Fact]
    public async Task A_soft_one_leaves_it_where_it_is()
    {
        await using var a = await PurgeGateway.StartAsync(null);
        await a.StoreAsync("https://h/a");
        var stored = a.Now;
        Assert.Equal(new PurgeReport(0, false, Alone), await a.PurgeAsync(PurgeKind.Url, "https://h/a", soft: true));
        Assert.True(await a.HasAsync("https://h/a"));
        Assert.Equal(PurgeVerdict.Soft, a.Judge("https://h/a", stored));
    }

    [Fact]
    public async Task A_url_is_purged_as_keys_have_it_too()
    {
        await using var a = await PurgeGateway.StartAsync(null);
        var stored = a.Now;
        await a.PurgeAsync(PurgeKind.Url, "https://h/a?utm=1", soft: true);
        Assert.Equal(PurgeVerdict.Soft, a.Judge("https://h/a", stored));
        Assert.Equal(PurgeVerdict.Soft, a.Judge("https://h/a?utm=1", stored));
        Assert.Equal(PurgeVerdict.None, a.Judge("https://h/a?utm=2", stored));
    }

    [Fact]
    public async Task A_purge_of_everything_clears_every_tier()
    {
        var common = new NamedStore("memcached");
        await using var a = await PurgeGateway.StartAsync(null, more: common);
        await a.StoreAsync("https://h/a");
        await a.StoreAsync("https://h/b");
        Assert.Equal(2 + 2, (await a.PurgeAsync(PurgeKind.All)).Removed);
        Assert.Equal((0L, 1), (a.Memory.Figures.Entries, common.Cleared));
    }

    [Theory]
    [InlineData(PurgeKind.Tag, "t", false)]
    [InlineData(PurgeKind.Prefix, "/a", true)]
    [InlineData(PurgeKind.All, "", true)]
    public async Task Without_redis_a_common_store_is_cleared_since_nobody_else_could_judge(PurgeKind kind, string target, bool soft)
    {
        var common = new NamedStore("memcached");
        var disk = new NamedStore("disk");
        await using var a = await PurgeGateway.StartAsync(null, JournalFile, more: [disk, common]);
        await a.StoreAsync("https://h/b");
        Assert.Equal(
            Alone + " The store memcached was cleared whole, since without Redis nobody else could tell what of it is purged.", (await a.PurgeAsync(kind, target, soft)).Note);
        Assert.Equal((1, 1), (common.Cleared, disk.Cleared));
        Assert.True(await a.HasAsync("https://h/b"));
    }

    [Fact]
    public async Task Without_redis_a_soft_purge_of_a_url_takes_it_from_a_common_store()
    {
        var common = new NamedStore("distributed");
        await using var a = await PurgeGateway.StartAsync(null, more: common);
        await a.StoreAsync("https://h/a");
        await a.PurgeAsync(PurgeKind.Url, "https://h/a", soft: true);
        Assert.False(await a.HasAsync("https://h/a", common));
        Assert.True(await a.HasAsync("https://h/a"));
        Assert.Equal(0, common.Cleared);
    }

    [Fact]
    public async Task With_redis_a_common_store_stays()
    {
        await using var redis = await RedisServer.StartAsync();
        var common = new NamedStore("memcached");
        await using var a = await PurgeGateway.StartAsync(redis.Url, more: common);
        await a.PurgeAsync(PurgeKind.Tag, "t");
        Assert.Equal(0, common.Cleared);
    }

    [Fact]
    public async Task A_purge_outlives_a_restart_and_the_disk_store_stays()
    {
        var disk = new NamedStore("disk");
        long stored;
        await using (var a = await PurgeGateway.StartAsync(null, JournalFile, more: disk))
        {
            // There was no file: what may lie there is unknown.
            Assert.Equal(1, disk.Cleared);
            stored = a.Now;
            await a.PurgeAsync(PurgeKind.Tag, "t");
        }

        var same = new NamedStore("disk");
        await using var again = await PurgeGateway.StartAsync(null, JournalFile, more: same);
        Assert.Equal(0, same.Cleared);
        Assert.True(again.IsPurged("t", stored));
        Assert.False(again.IsPurged("u", stored));
    }

    [Fact]
    public async Task A_damaged_file_clears_the_disk_store_before_it_is_made_whole()
    {
        await File.WriteAllTextAsync(JournalFile, "damaged", TestContext.Current.CancellationToken);
        var disk = new NamedStore("disk") { OnClear = () => Assert.Equal("damaged", File.ReadAllText(JournalFile)) };
        await using var a = await PurgeGateway.StartAsync(null, JournalFile, more: disk);
        Assert.Equal(1, disk.Cleared);
        Assert.StartsWith("weir-purges 1\n", await File.ReadAllTextAsync(JournalFile, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal(1, a.Meters.Sum("weir.cache.purge.journal.errors/read"));
    }

    [Fact]
    public async Task A_disk_store_without_a_file_is_cleared_at_every_start()
    {
        var disk = new NamedStore("disk");
        await using var a = await PurgeGateway.StartAsync(null, more: disk);
        Assert.Equal(1, disk.Cleared);
    }

    [Fact]
    public async Task A_target_that_cannot_be_does_nothing()
    {
        await using var a = await PurgeGateway.StartAsync(null, JournalFile);
        await Assert.ThrowsAsync<ArgumentException>(() => a.PurgeAsync(PurgeKind.Prefix, "https://www.example.co"));
        Assert.Equal((0, 0L), (a.Ledger.Count, a.Meters.Sum("weir.cache.purges")));
    }

    [Fact]
    public async Task Whoever_gives_up_waiting_stops_no_purge()
    {
        await using var a = await PurgeGateway.StartAsync(null, JournalFile);
        using var over = new CancellationTokenSource();
        await over.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => a.Purger.PurgeAsync(new PurgeOrder(PurgeKind.Tag, "t", false), over.Token));
        Assert.Equal(0, a.Ledger.Count);
        using var later = new CancellationTokenSource();
        var disk = new NamedStore("disk");
        await using var b = await PurgeGateway.StartAsync(null, JournalFile + "2", more: disk);
        disk.OnClear = later.Cancel;
        await b.StoreAsync("https://h/a");
        var purging = b.Purger.PurgeAsync(new PurgeOrder(PurgeKind.All, "", false), later.Token);
        try
        {
            await purging;
        }
        catch (OperationCanceledException)
        {
            // Told or not, it is done.
        }

        await Waiting.UntilAsync(() => disk.Cleared == 2 && b.Memory.Figures.Entries == 0, "done");
    }

    [Fact]
    public async Task Old_purges_are_forgotten_by_and_by()
    {
        var clock = new FakeTimeProvider();
        await using var a = await PurgeGateway.StartAsync(null, clock: clock);
        await a.PurgeAsync(PurgeKind.Tag, "t");
        Assert.Equal(1, a.Ledger.Count);
        clock.Advance(PurgeLedger.LongestKept + TimeSpan.FromHours(2));
        Assert.Equal(0, a.Ledger.Count);
    }

    /// <summary>A store in memory under another's name.</summary>
    private sealed class NamedStore(string name) : ICacheStore
    {
        private readonly System.Collections.Concurrent.ConcurrentDictionary<CacheKey, CacheEntry> _entries = new();

        public string Name => name;

        public long MaxEntryBytes => long.MaxValue;

        public int Cleared { get; private set; }

        public Action OnClear { get; set; } = () => { };

        public StoreFigures Figures => new(_entries.Count, null, null, 0, "ok");

        public ValueTask<CacheEntry?> GetAsync(CacheKey key, ReadOnlyMemory<byte> keyText, CancellationToken cancel) => new(_entries.GetValueOrDefault(key));

        public ValueTask<bool> SetAsync(CacheKey key, CacheEntry entry, TimeSpan keepFor, CancellationToken cancel)
        {
            _entries[key] = entry;
            return new(true);
        }

        public ValueTask<bool> RemoveAsync(CacheKey key, CancellationToken cancel) => new(_entries.TryRemove(key, out _));

        public ValueTask ClearAsync(CancellationToken cancel)
        {
            OnClear();
            _entries.Clear();
            Cleared++;
            return default;
        }

        public ValueTask DisposeAsync() => default;
    }
}
