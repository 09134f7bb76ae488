using System.Diagnostics;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Stores;
using Weir.Policies.Tests.Caching.Entries;

namespace Weir.Policies.Tests.Caching.Stores;

/// <summary>
/// What <see cref="ICacheStore"/> promises, for every store: derive, give a store, and all of it is tested. One with stored bytes
/// derives from <see cref="StoredBytesConformance"/>.
/// </summary>
public abstract class CacheStoreConformance : IAsyncDisposable
{
    private protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private protected static readonly TimeSpan Long = TimeSpan.FromHours(1);

    private ICacheStore? _store;

    private protected static CancellationToken Never => CancellationToken.None;

    /// <summary>A store that holds at least 100 entries of a few kilobytes, and at least one of 64 KiB; ready.</summary>
    /// <param name="maxEntryBytes">What <see cref="ICacheStore.MaxEntryBytes"/> must be.</param>
    private protected abstract Task<ICacheStore> CreateAsync(int maxEntryBytes);

    /// <summary>Lets time pass: a store with a clock of the test moves that. Called again and again.</summary>
    private protected virtual Task PassAsync(TimeSpan time) => Task.Delay(TimeSpan.FromMilliseconds(50));

    private protected async Task<ICacheStore> StoreAsync(int maxEntryBytes = 4 * 1024 * 1024) => _store = await CreateAsync(maxEntryBytes);

    private protected static async Task PutAsync(ICacheStore store, string text, CacheEntry entry, TimeSpan? keepFor = null) =>
        Assert.True(await store.SetAsync(Samples.Key(text), entry, keepFor ?? Long, Never), $"{text} was not stored; the store says: {store.Figures.State}");

    private protected static async Task<CacheEntry?> FindAsync(ICacheStore store, string text) => await store.GetAsync(Samples.Key(text), Samples.Text(text), Never);

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
            await _store.DisposeAsync();
        await EndAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends what the store was made on.</summary>
    private protected virtual ValueTask EndAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Nothing_is_found_where_nothing_was_set()
    {
        var store = await StoreAsync();

        Assert.Null(await FindAsync(store, "nothing"));
        Assert.False(await store.RemoveAsync(Samples.Key("nothing"), Never) && store.Name != "distributed");
    }

    [Fact]
    public async Task An_entry_comes_back_with_every_property()
    {
        var store = await StoreAsync();
        CacheEntry[] entries = [Samples.Page("page"), Samples.Full("full", Samples.Noise(5000), Samples.Noise(3)), Samples.Page("empty", []), Samples.Index("index")];

        foreach (var entry in entries)
            await PutAsync(store, System.Text.Encoding.UTF8.GetString(entry.KeyText.Span), entry);

        foreach (var entry in entries)
            await AssertFoundAsync(store, entry);
    }

    [Fact]
    public async Task Bodies_of_all_sizes_come_back()
    {
        var store = await StoreAsync();
        foreach (var length in (int[])[1, 1000, 1024, 64 * 1024, 1_000_000, 3 * 1024 * 1024])
        {
            var entry = Samples.Page($"body {length}", Samples.Noise(length, length));
            await PutAsync(store, $"body {length}", entry);
            await AssertFoundAsync(store, entry);
        }
    }

    [Fact]
    public async Task The_last_one_set_is_the_one_that_is_found()
    {
        var store = await StoreAsync();
        foreach (var length in (int[])[100, 2_000_000, 100, 3_000_000, 50])
        {
            var entry = Samples.Page("k", Samples.Noise(length, length));
            await PutAsync(store, "k", entry);
            await AssertFoundAsync(store, entry);
        }

        await PutAsync(store, "k", Samples.Index("k"));
        await AssertFoundAsync(store, Samples.Index("k"));
    }

    [Fact]
    public async Task A_removed_entry_is_gone_and_no_other()
    {
        var store = await StoreAsync();
        await PutAsync(store, "a", Samples.Page("a"));
        await PutAsync(store, "b", Samples.Page("b"));

        Assert.True(await store.RemoveAsync(Samples.Key("a"), Never));

        Assert.Null(await FindAsync(store, "a"));
        await AssertFoundAsync(store, Samples.Page("b"));
        await PutAsync(store, "a", Samples.Page("a"));
        await AssertFoundAsync(store, Samples.Page("a"));
    }

    [Fact]
    public async Task After_a_clearing_everything_is_gone_and_new_entries_are_kept()
    {
        var store = await StoreAsync();
        for (var i = 0; i < 20; i++)
            await PutAsync(store, $"k{i}", Samples.Page($"k{i}"));

        await store.ClearAsync(Never);

        for (var i = 0; i < 20; i++)
            Assert.Null(await FindAsync(store, $"k{i}"));
        await PutAsync(store, "k1", Samples.Page("k1"));
        await AssertFoundAsync(store, Samples.Page("k1"));
    }

    [Fact]
    public async Task An_entry_is_gone_when_its_time_is_over()
    {
        var store = await StoreAsync();
        await PutAsync(store, "short", Samples.Page("short"), TimeSpan.FromSeconds(1));
        await PutAsync(store, "long", Samples.Page("long"));

        for (var clock = Stopwatch.StartNew(); await FindAsync(store, "short") is not null; await PassAsync(TimeSpan.FromSeconds(1)))
            Assert.True(clock.Elapsed < Patience, "it stays for good");

        await AssertFoundAsync(store, Samples.Page("long"));
    }

    [Fact]
    public async Task A_very_long_time_is_no_fault()
    {
        var store = await StoreAsync();
        await PutAsync(store, "k", Samples.Page("k"), TimeSpan.FromDays(365 * 20));
        await AssertFoundAsync(store, Samples.Page("k"));
    }

    [Fact]
    public async Task An_entry_of_another_text_with_the_same_hash_is_a_miss()
    {
        var store = await StoreAsync();
        await PutAsync(store, "k", Samples.Page("k"));

        Assert.Null(await store.GetAsync(Samples.Key("k"), Samples.Text("another"), Never));
        await AssertFoundAsync(store, Samples.Page("k"));
    }

    [Fact]
    public async Task One_that_is_too_large_is_refused_and_takes_nothing_with_it()
    {
        var store = await StoreAsync(maxEntryBytes: 70_000);
        Assert.Equal(70_000, store.MaxEntryBytes);
        await PutAsync(store, "a", Samples.Page("a"));
        await PutAsync(store, "fits", Samples.Page("fits", Samples.Noise(65_000)));

        Assert.False(await store.SetAsync(Samples.Key("large"), Samples.Page("large", Samples.Noise(70_001)), Long, Never));

        Assert.Null(await FindAsync(store, "large"));
        await AssertFoundAsync(store, Samples.Page("a"));
        await AssertFoundAsync(store, Samples.Page("fits", Samples.Noise(65_000)));
    }

    [Fact]
    public async Task Readers_and_writers_at_once_see_whole_entries_only()
    {
        var store = await StoreAsync();
        var found = 0;
        for (var i = 0; i < 5; i++)
            await PutAsync(store, $"k{i}", Stamped($"k{i}", 100));

        await Task.WhenAll(Enumerable.Range(0, 12).Select(worker => Task.Run(async () =>
        {
            var random = new Random(worker);
            for (var i = 0; i < 40; i++)
            {
                var text = $"k{random.Next(5)}";
                if (worker < 5)
                {
                    // The length is told by the age: what is found must be one writing, not a mixture.
                    var length = random.Next(1, 200) * (i % 10 == 0 ? 10_000 : 50);
                    await store.SetAsync(Samples.Key(text), Stamped(text, length), Long, Never);
                }
                else if (worker == 5)
                {
                    // One key only: the others stay to be found, however the workers take turns.
                    await store.RemoveAsync(Samples.Key("k0"), Never);
                }
                else if (await FindAsync(store, text) is CachedResponse response)
                {
                    Interlocked.Increment(ref found);
                    Samples.AssertSame(Stamped(text, (int)response.InitialAge), response);
                }
            }
        })));

        Assert.True(found > 0, "nothing was ever found");
    }

    [Fact]
    public async Task A_caller_who_gives_up_harms_nobody()
    {
        var store = await StoreAsync();
        await PutAsync(store, "k", Samples.Page("k"));
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await MayCancelAsync(async () => await store.GetAsync(Samples.Key("k"), Samples.Text("k"), cancelled.Token));
        await MayCancelAsync(async () => await store.SetAsync(Samples.Key("n"), Samples.Page("n"), Long, cancelled.Token));
        await Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
        {
            using var soon = new CancellationTokenSource();
            var set = MayCancelAsync(async () => await store.SetAsync(Samples.Key($"s{i}"), Stamped($"s{i}", 100_000), Long, soon.Token));
            var get = MayCancelAsync(async () => await store.GetAsync(Samples.Key("k"), Samples.Text("k"), soon.Token));
            await soon.CancelAsync();
            await Task.WhenAll(set, get);
        }));

        await AssertFoundAsync(store, Samples.Page("k"));
        for (var i = 0; i < 50; i++)
        {
            if (await FindAsync(store, $"s{i}") is { } entry)
                Samples.AssertSame(Stamped($"s{i}", 100_000), entry);
        }
    }

    [Fact]
    public async Task A_disposed_store_is_empty_and_refuses_everything_without_throwing()
    {
        var store = await StoreAsync();
        await PutAsync(store, "k", Samples.Page("k"));
        var underWay = Enumerable.Range(0, 20).Select(_ => FindAsync(store, "k")).ToArray();

        await store.DisposeAsync();
        await store.DisposeAsync();

        await Task.WhenAll(underWay).WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Null(await FindAsync(store, "k"));
        Assert.False(await store.SetAsync(Samples.Key("k"), Samples.Page("k"), Long, Never));
        Assert.False(await store.RemoveAsync(Samples.Key("k"), Never));
        await store.ClearAsync(Never);
    }

    [Fact]
    public async Task A_store_says_that_it_is_well()
    {
        var store = await StoreAsync();
        await PutAsync(store, "k", Samples.Page("k"));

        var figures = store.Figures;

        Assert.Equal("ok", figures.State);
        Assert.True(figures.Entries is null or 1);
        Assert.True(figures.Bytes is null or > 0);
        Assert.Equal(0, figures.Evictions);
    }

    private protected static async Task AssertFoundAsync(ICacheStore store, CacheEntry expected)
    {
        var text = System.Text.Encoding.UTF8.GetString(expected.KeyText.Span);
        var found = await FindAsync(store, text);
        Assert.True(found is not null, $"'{text}' is not there; the store says: {store.Figures.State}");
        Samples.AssertSame(expected, found);
    }

    private static CachedResponse Stamped(string text, int length) => new()
    {
        KeyText = Samples.Text(text),
        StoredAt = Samples.Now,
        Status = 200,
        Fields = [new("X-Length", $"{length}")],
        Body = Samples.Body(Samples.Noise(length, length)),
        RequestedAt = length,
        ReceivedAt = length,
        InitialAge = length,
        FreshFor = length,
    };

    private static async Task MayCancelAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (OperationCanceledException)
        {
            // The caller's own.
        }
    }
}
