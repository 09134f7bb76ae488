using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Stores;
using Weir.Policies.Caching.Stores.Memory;
using Weir.Policies.Tests.Caching.Entries;
using Weir.Support;

namespace Weir.Policies.Tests.Caching.Stores;

/// <summary>The store in memory.</summary>
public sealed class MemoryStoreTests : CacheStoreConformance
{
    private readonly FakeTimeProvider _clock = new();

    private protected override Task<ICacheStore> CreateAsync(int maxEntryBytes) =>
        Task.FromResult<ICacheStore>(new MemoryStore(new MemoryStoreOptions { MaxBytes = 32 << 20, MaxEntryBytes = maxEntryBytes }, _clock));

    private protected override Task PassAsync(TimeSpan time)
    {
        _clock.Advance(time);
        return Task.CompletedTask;
    }

    [Fact]
    public void It_never_holds_more_than_its_bytes_and_counts_what_leaves()
    {
        var store = Small(1 << 20);
        for (var i = 0; i < 5000; i++)
        {
            Put(store, i);
            Assert.InRange(store.Figures.Bytes!.Value, 1, 1 << 20);
        }

        Assert.Equal(5000, store.Figures.Entries + store.Figures.Evictions);
        store.Resize(100_000);
        Assert.InRange(store.Figures.Bytes!.Value, 1, 100_000);
        Assert.Equal(5000, store.Figures.Entries + store.Figures.Evictions);
    }

    [Fact]
    public void A_scan_leaves_what_is_asked_for_again_and_again()
    {
        var store = Small(1 << 20);
        for (var i = 0; i < 200; i++)
            Put(store, i);
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 200; i++)
                Assert.NotNull(Find(store, i));
        }

        for (var i = 1000; i < 21_000; i++)
            Put(store, i);

        Assert.InRange(Enumerable.Range(0, 200).Count(i => Find(store, i) is not null), 180, 200);
    }

    [Fact]
    public void What_comes_back_soon_after_it_was_put_out_goes_past_the_small_queue()
    {
        var store = Small(1 << 20);
        for (var i = 0; i < 3000; i++)
            Put(store, i);
        // Nobody asked for any: they left in their order.
        var gone = (int)store.Figures.Evictions - 1;
        Assert.Null(Find(store, gone));
        Put(store, gone);

        // A scan turns the small queue over; main is left.
        for (var i = 10_000; i < 13_000; i++)
            Put(store, i);

        Assert.NotNull(Find(store, gone));
    }

    [Fact]
    public void An_entry_set_again_and_again_is_counted_once()
    {
        var store = Small(1 << 20);
        for (var i = 0; i < 10_000; i++)
            Put(store, 1);
        Assert.Equal((1L, 0L), (store.Figures.Entries, store.Figures.Evictions));
    }

    [Fact]
    public void A_hit_allocates_nothing()
    {
        var store = Small(1 << 20);
        Put(store, 1);
        var (key, text) = (Samples.Key("1"), Samples.Text("1"));
        for (var i = 0; i < 1000; i++)
            store.Find(key, text);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            store.Find(key, text);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task Readers_find_what_stays_while_the_table_doubles_and_others_come_and_go()
    {
        var store = Small(256 << 20);
        Put(store, -1);
        using var stop = new CancellationTokenSource();
        var misses = 0;
        var asked = 0;
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                Interlocked.Increment(ref asked);
                if (Find(store, -1) is null)
                    Interlocked.Increment(ref misses);
            }
        })).ToArray();

        await Task.WhenAll(Enumerable.Range(0, 3).Select(w => Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                Put(store, (w * 100_000) + i);
                if (i % 3 == 0)
                    store.Remove(Samples.Key($"{(w * 100_000) + i}"));
            }
        })));
        await stop.CancelAsync();
        await Task.WhenAll(readers).WaitAsync(Patience);

        Assert.NotNull(Find(store, -1));
        // Only at the moment of a doubling, of which there are six.
        Assert.InRange(misses, 0, asked / 10);
        Assert.Equal(1 + (3 * (20_000 - 6667)), store.Figures.Entries);
    }

    private MemoryStore Small(long bytes) => new(new MemoryStoreOptions { MaxBytes = bytes }, _clock);

    private static void Put(MemoryStore store, int number) => Assert.True(store.Set(Samples.Key($"{number}"), Samples.Page($"{number}", new byte[500]), Long));

    private static CacheEntry? Find(MemoryStore store, int number) => store.Find(Samples.Key($"{number}"), Samples.Text($"{number}"));
}
