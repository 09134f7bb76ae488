using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Weir.Policies.Caching.Stores.Distributed;
using Weir.Policies.Caching.Stores.Remote;
using Weir.Policies.Tests.Caching.Entries;
using Weir.Policies.Tests.State;
using Weir.Support;

namespace Weir.Policies.Tests.Caching.Stores;

/// <summary>What a store on another machine does when that fails, with a clock of the test's own.</summary>
public sealed class RemoteStoreTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);
    private readonly CacheMeters _meters = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly FaultyCache _cache = new(new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions())));
    private readonly DistributedStore _store;

    public RemoteStoreTests() => _store = NewStore();

    public void Dispose() => _meters.Dispose();

    [Fact]
    public async Task What_a_store_throws_is_a_miss_that_is_counted()
    {
        await PutAsync("k");
        _cache.Before = () => throw new InvalidOperationException("no");

        Assert.False(await HasAsync("k"));
        Assert.False(await _store.SetAsync(Samples.Key("k"), Samples.Page("k"), Long, CancellationToken.None));

        Assert.Equal(2, _meters.Errors("failed"));
        Assert.Equal(2, _meters.Errors("distributed"));
        _cache.Before = null;
        Assert.True(await HasAsync("k"));
    }

    [Fact]
    public async Task A_call_without_an_answer_is_a_miss_after_the_time_out_even_when_it_does_not_know_the_token()
    {
        await PutAsync("k");
        var hung = new TaskCompletionSource();
        _cache.Before = () => hung.Task;

        var finding = HasAsync("k");
        _clock.Advance(TimeSpan.FromMilliseconds(249));
        Assert.False(finding.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.False(await finding.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        Assert.Equal(1, _meters.Errors("timed_out"));
        hung.SetResult();
    }

    [Fact]
    public async Task A_failing_store_is_left_alone_and_tried_again_beside_the_requests()
    {
        await PutAsync("k");
        _cache.Before = () => throw new IOException("no");
        for (var i = 0; i < StoreCircuit.Failures; i++)
            Assert.False(await HasAsync("k"));
        Assert.Contains("left alone since", _store.Figures.State, StringComparison.Ordinal);

        var calls = _cache.Calls;
        for (var i = 0; i < 10; i++)
            Assert.False(await HasAsync("k"));
        Assert.Equal(calls, _cache.Calls);
        Assert.Equal(10, _meters.Errors("left_alone"));

        // The trial fails: twice the pause.
        _clock.Advance(StoreCircuit.FirstPause);
        Assert.False(await HasAsync("k"));
        await Waiting.UntilAsync(() => _meters.Errors("failed") == StoreCircuit.Failures + 1, "the trial has failed");
        calls = _cache.Calls;
        _clock.Advance(StoreCircuit.FirstPause);
        Assert.False(await HasAsync("k"));
        Assert.Equal(calls, _cache.Calls);

        _cache.Before = null;
        _clock.Advance(StoreCircuit.FirstPause);
        Assert.False(await HasAsync("k"));
        await Waiting.UntilAsync(() => _store.Figures.State == "ok", "the store is well again");
        Assert.True(await HasAsync("k"));
    }

    [Fact]
    public async Task What_could_not_be_removed_is_not_found_when_the_store_is_back()
    {
        await PutAsync("k");
        await PutAsync("n");
        _cache.Before = () => throw new IOException("no");
        Assert.False(await _store.RemoveAsync(Samples.Key("k"), CancellationToken.None));
        _cache.Before = null;

        Assert.False(await HasAsync("k"));
        Assert.False(await HasAsync("k"));
        Assert.True(await HasAsync("n"));
        await PutAsync("k");
        Assert.True(await HasAsync("k"));
    }

    [Fact]
    public async Task A_clearing_that_did_not_reach_the_store_is_done_before_anything_is_found_again()
    {
        await PutAsync("k");
        _cache.Before = () => throw new IOException("no");
        await _store.ClearAsync(CancellationToken.None);
        _cache.Before = null;

        Assert.False(await HasAsync("k"));
        await PutAsync("k");
        Assert.True(await HasAsync("k"));
        await using var other = NewStore();
        Assert.NotNull(await other.GetAsync(Samples.Key("k"), Samples.Text("k"), CancellationToken.None));
    }

    [Fact]
    public async Task More_lost_removals_than_are_remembered_forget_the_whole_store()
    {
        await PutAsync("k");
        _cache.Before = () => throw new IOException("no");
        for (var i = 0; i <= LostRemovals.Max; i++)
            await _store.RemoveAsync(Samples.Key($"r{i}"), CancellationToken.None);
        _cache.Before = null;
        _clock.Advance(StoreCircuit.LongestPause);
        await HasAsync("k");
        await Waiting.UntilAsync(() => _store.Figures.State == "ok", "the store is well again");

        Assert.False(await HasAsync("k"));
        await PutAsync("k");
        Assert.True(await HasAsync("k"));
    }

    [Fact]
    public async Task A_gateway_that_has_not_looked_for_a_while_hears_of_a_clearing_before_it_serves()
    {
        await using var other = NewStore();
        await PutAsync("k");
        Assert.NotNull(await other.GetAsync(Samples.Key("k"), Samples.Text("k"), CancellationToken.None));
        await _store.ClearAsync(CancellationToken.None);
        await PutAsync("k");
        _clock.Advance(StoreGeneration.Stale);

        Assert.NotNull(await other.GetAsync(Samples.Key("k"), Samples.Text("k"), CancellationToken.None));
        await _store.ClearAsync(CancellationToken.None);
        _clock.Advance(StoreGeneration.Stale);
        Assert.Null(await other.GetAsync(Samples.Key("k"), Samples.Text("k"), CancellationToken.None));
    }

    [Fact]
    public async Task Calls_that_are_left_behind_are_bounded()
    {
        await PutAsync("k");
        var hung = new TaskCompletionSource();
        _cache.Before = () => hung.Task;
        var finding = Enumerable.Range(0, DistributedShard.MaxCalls + 5).Select(_ => HasAsync("k")).ToArray();

        Assert.Equal(5, _meters.Errors("full"));
        _cache.Before = null;
        hung.SetResult();
        Assert.Equal(DistributedShard.MaxCalls, (await Task.WhenAll(finding)).Count(f => f));
    }

    [Fact]
    public async Task The_callers_own_giving_up_is_no_fault_of_the_store()
    {
        await PutAsync("k");
        using var cancel = new CancellationTokenSource();
        var hung = new TaskCompletionSource();
        _cache.Before = () => hung.Task;
        var finding = _store.GetAsync(Samples.Key("k"), Samples.Text("k"), cancel.Token).AsTask();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => finding);

        Assert.Equal(0, _meters.Errors("failed", "timed_out"));
        hung.SetResult();
    }

    private DistributedStore NewStore() => new(_cache, new DistributedStoreOptions { Prefix = "t:" }, new StoreMetrics(_meters), NullLogger.Instance, _clock);

    private async Task PutAsync(string text) => Assert.True(await _store.SetAsync(Samples.Key(text), Samples.Page(text), Long, CancellationToken.None));

    private async Task<bool> HasAsync(string text) => await _store.GetAsync(Samples.Key(text), Samples.Text(text), CancellationToken.None) is not null;
}
