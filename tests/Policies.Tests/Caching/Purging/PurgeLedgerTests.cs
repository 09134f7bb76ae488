using Weir.Policies.Caching.Admin;
using Weir.Policies.Caching.Purging;
using Weir.Support;
using static Weir.Policies.Tests.Caching.Purging.Pages;

namespace Weir.Policies.Tests.Caching.Purging;

public sealed class PurgeLedgerTests
{
    private const string Url = "https://www.example.com/shop/a?b=1";
    private readonly FakeTimeProvider _clock = new();
    private readonly PurgeLedger _ledger;

    public PurgeLedgerTests() => _ledger = new PurgeLedger(_clock);

    private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    [Theory]
    [InlineData(PurgeKind.Url, Url, true)]
    [InlineData(PurgeKind.Url, "https://www.example.com/shop/a", false)]
    [InlineData(PurgeKind.Url, "http://www.example.com/shop/a?b=1", false)]
    [InlineData(PurgeKind.Prefix, "https://www.example.com/", true)]
    [InlineData(PurgeKind.Prefix, "https://www.example.com/shop/a?b", true)]
    [InlineData(PurgeKind.Prefix, Url, true)]
    [InlineData(PurgeKind.Prefix, "http://www.example.com/", false)]
    [InlineData(PurgeKind.Prefix, "//www.example.com/sh", true)]
    [InlineData(PurgeKind.Prefix, "//www.example.co/", false)]
    [InlineData(PurgeKind.Prefix, "/shop/", true)]
    [InlineData(PurgeKind.Prefix, "/a", false)]
    [InlineData(PurgeKind.Tag, "front", true)]
    [InlineData(PurgeKind.Tag, "Front", false)]
    [InlineData(PurgeKind.All, "", true)]
    public void A_purge_concerns_what_it_names(PurgeKind kind, string target, bool concerned)
    {
        var entry = Page(Url, Now, "product", "front");
        Add(kind, target, Now);
        Assert.Equal(concerned ? PurgeVerdict.Hard : PurgeVerdict.None, _ledger.Judge(entry, out var soft));
        Assert.Equal(0, soft);
        Add(kind, target, Now + 1, soft: true);
        Assert.Equal(concerned ? PurgeVerdict.Hard : PurgeVerdict.None, _ledger.Judge(entry, out _));
        var newer = Page(Url, Now + 1, "product", "front");
        Assert.Equal(concerned ? PurgeVerdict.Soft : PurgeVerdict.None, _ledger.Judge(newer, out soft));
        Assert.Equal(concerned ? Now + 1 : 0, soft);
        Assert.Equal(PurgeVerdict.None, _ledger.Judge(Page(Url, Now + 2, "front"), out _));
    }

    [Fact]
    public void Variants_go_with_their_url_and_an_index_has_no_tags()
    {
        Add(PurgeKind.Url, Url, Now);
        Assert.Equal(PurgeVerdict.Hard, _ledger.Judge(Page(Url + "\0\u0001values\nhttp://other/", Now), out _));
        Assert.Equal(PurgeVerdict.Hard, _ledger.Judge(Index(Url, Now), out _));
        Assert.Equal(PurgeVerdict.None, _ledger.Judge(Index(Url, Now + 1), out _));
    }

    [Fact]
    public void An_answer_that_was_under_way_during_the_purge_is_purged()
    {
        Add(PurgeKind.Tag, "t", Now);
        var late = Page(Url, Now - 1, Now + 500, ["t"]);
        Assert.Equal(PurgeVerdict.Hard, _ledger.Judge(late, out _));
    }

    [Fact]
    public void The_same_target_again_replaces_the_older()
    {
        for (var i = 0; i < 3; i++)
            Add(PurgeKind.Prefix, "/a", Now + i);
        Add(PurgeKind.Tag, "t", Now);
        Add(PurgeKind.Tag, "t", Now + 5);
        Add(PurgeKind.Url, Url, Now);
        Add(PurgeKind.Url, Url, Now - 1, soft: true);
        Add(PurgeKind.All, "", Now - 9);
        Assert.Equal(4, _ledger.Count);
        Assert.Contains(new PurgeItem(PurgeKind.Prefix, "/a", new(Now + 2, 0)), _ledger.List());
        Assert.Contains(new PurgeItem(PurgeKind.Tag, "t", new(Now + 5, 0)), _ledger.List());
        Assert.Equal(Now + 5, _ledger.NewestAt);
    }

    [Fact]
    public void A_purge_that_comes_late_and_is_older_takes_nothing_back()
    {
        Add(PurgeKind.Tag, "t", Now);
        Add(PurgeKind.Tag, "t", Now - 100);
        Assert.Equal(PurgeVerdict.Hard, _ledger.Judge(Page(Url, Now, "t"), out _));
    }

    [Fact]
    public void Purges_end_after_the_longest_time_that_anything_is_kept()
    {
        Add(PurgeKind.Tag, "t", Now);
        Add(PurgeKind.Prefix, "//www.example.com/", Now);
        Add(PurgeKind.Url, Url, Now);
        _clock.Advance(PurgeLedger.LongestKept);
        _ledger.Expire();
        Assert.Equal(3, _ledger.Count);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        _ledger.Expire();
        Assert.Equal(0, _ledger.Count);
        Add(PurgeKind.Tag, "t", Now - (long)PurgeLedger.LongestKept.TotalMilliseconds - 1);
        Assert.Equal(0, _ledger.Count);
    }

    [Fact]
    public void Of_too_many_the_oldest_become_one_time_before_which_all_is_purged()
    {
        var ledger = new PurgeLedger(_clock, maxTargets: 16, maxUrls: 8);
        var start = Now;
        for (var i = 0; i < 17; i++)
            ledger.Add([new PurgeItem(i % 2 == 0 ? PurgeKind.Tag : PurgeKind.Prefix, i % 2 == 0 ? $"t{i}" : $"/p{i}/", PurgeTimes.At(start + i, soft: i == 1))]);
        // The oldest three left: tag 0 hard, prefix 1 soft, tag 2 hard.
        Assert.Equal(14 + 2, ledger.Count);
        Assert.Equal(PurgeVerdict.Hard, ledger.Judge(Page("http://other/", start + 2), out _));
        Assert.Equal(PurgeVerdict.None, ledger.Judge(Page("http://other/", start + 3), out _));
        Assert.Equal(PurgeVerdict.Hard, ledger.Judge(Page("http://other/p3/x", start + 3), out _));
        for (var i = 0; i < 9; i++)
            ledger.Add([PurgeItem.Of(new Purge(PurgeKind.Url, $"http://u/{i}", true, start + 100 + i))]);
        Assert.Equal(PurgeVerdict.Soft, ledger.Judge(Page("http://other/", start + 101), out var soft));
        Assert.Equal(start + 101, soft);
        Assert.Equal(PurgeVerdict.Soft, ledger.Judge(Page("http://u/8", start + 108), out _));
        Assert.Equal(PurgeVerdict.None, ledger.Judge(Page("http://other/", start + 102), out _));
    }

    [Fact]
    public void The_bounds_are_those_said()
    {
        var ledger = new PurgeLedger(_clock);
        ledger.Add([.. Enumerable.Range(0, PurgeLedger.MaxTargets).Select(i => new PurgeItem(PurgeKind.Tag, $"t{i}", new(Now, 0)))]);
        ledger.Add([.. Enumerable.Range(0, PurgeLedger.MaxUrls).Select(i => PurgeItem.Of(new Purge(PurgeKind.Url, $"http://a/{i}", false, Now)))]);
        Assert.Equal(PurgeLedger.MaxTargets + PurgeLedger.MaxUrls, ledger.Count);
        ledger.Add([new PurgeItem(PurgeKind.Tag, "one more", new(Now + 1, 0))]);
        Assert.InRange(ledger.Count, PurgeLedger.MaxUrls, PurgeLedger.MaxUrls + PurgeLedger.MaxTargets);
        Assert.Equal(PurgeVerdict.Hard, ledger.Judge(Page("http://b/", Now), out _));
    }

    [Fact]
    public void While_purges_are_unknown_what_is_old_counts_as_purged()
    {
        _ledger.Doubt(Now);
        Assert.Equal(PurgeVerdict.Hard, _ledger.Judge(Page(Url, Now), out _));
        Assert.Equal(PurgeVerdict.None, _ledger.Judge(Page(Url, Now + 1), out _));
        _ledger.Doubt(0);
        Assert.Equal(PurgeVerdict.None, _ledger.Judge(Page(Url, Now), out _));
    }

    [Fact]
    public void Judging_allocates_nothing()
    {
        Add(PurgeKind.Tag, "other", Now);
        Add(PurgeKind.Prefix, "/other", Now);
        Add(PurgeKind.Prefix, "//other/", Now);
        Add(PurgeKind.Prefix, "https://other/", Now);
        Add(PurgeKind.Url, "https://other/", Now);
        var entry = Page(Url, Now, "a", "b");
        _ledger.Judge(entry, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            _ledger.Judge(entry, out _);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public async Task Readers_never_see_an_entry_escape_while_purges_are_made_room_for()
    {
        var ledger = new PurgeLedger(_clock, maxTargets: 16, maxUrls: 16);
        var start = Now;
        ledger.Add([new PurgeItem(PurgeKind.Tag, "mine", PurgeTimes.At(start, false))]);
        var entry = Page(Url, start, "mine");
        using var stop = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            var judged = 0;
            for (; !stop.IsCancellationRequested || judged == 0; judged++)
                Assert.Equal(PurgeVerdict.Hard, ledger.Judge(entry, out _));
        }, TestContext.Current.CancellationToken);
        for (var i = 1; i < 2000; i++)
        {
            ledger.Add(
            [
                new PurgeItem(PurgeKind.Tag, $"t{i}", PurgeTimes.At(start + i, false)), new PurgeItem(PurgeKind.Prefix, $"/{i}", PurgeTimes.At(start + i, true)),
                PurgeItem.Of(new Purge(PurgeKind.Url, $"http://a/{i}", false, start + i)),
            ]);
        }

        await stop.CancelAsync();
        await reader;
    }

    private void Add(PurgeKind kind, string target, long at, bool soft = false) => _ledger.Add([PurgeItem.Of(new Purge(kind, target, soft, at))]);
}
