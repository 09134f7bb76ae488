using Weir.Policies.Throttle;
using Weir.Policies.Throttle.Counting;
using Weir.Policies.Throttle.Judging;

namespace Weir.Policies.Tests.Throttle;

public sealed class CounterTableTests
{
    private const long Second = TimeSpan.TicksPerSecond;

    [Fact]
    public void A_merge_of_any_size_leaves_a_debt_of_one_full_bucket()
    {
        // A token of a minute: 4 billion of them are more ticks than a long holds.
        const long cost = 60 * Second;
        var table = new CounterTable(64);
        foreach (var tokens in new[] { 1u, 21u, 1_000_000u, uint.MaxValue })
            table.Take(7, 1, cost, burst: 10, tokens, isForced: true);
        Assert.Equal(1 + (20 * cost), table.Find(7, 1).Expires);
        Assert.Equal(-1, table.Take(7, 1 + (10 * cost), cost, burst: 10).Left);
        Assert.Equal(0, table.Take(7, 1 + (11 * cost), cost, burst: 10).Left);
        const long slow = 200L * 86_400 * Second;
        table.Take(8, 1, slow, burst: 3, uint.MaxValue, isForced: true);
        Assert.Equal(1 + (6 * slow), table.Find(8, 1).Expires);
    }

    [Fact]
    public void Ten_million_addresses_fit_into_64_MB_and_the_heavy_hitters_among_them_are_caught()
    {
        var rules = new ThrottleRules(new ThrottleOptions { SiteCount = 0 });
        var before = GC.GetAllocatedBytesForCurrentThread();
        var judge = new ThrottleJudge(new ThrottleCounters(new ThrottleOptions().MaxCounters, HashSecret.Random()));
        const int Addresses = 10_000_000;
        var caught = new HashSet<ulong>();
        for (var i = 0; i < Addresses; i++)
        {
            // One minute: 6 us from one to the next.
            var now = 1 + (i * 60L);
            var one = new ThrottleRequest(1_000_000UL + (ulong)i, null, "GET", "site.test", "/", "", null);
            Assert.Null(judge.Judge(rules, one, now).Reason);
            if (i % 1000 != 0)
                continue;
            // Ten heavy hitters, each 16 times a second among 167,000 others.
            var heavy = (ulong)(i / 1000 % 10);
            if (judge.Judge(rules, new ThrottleRequest(heavy, null, "GET", "site.test", "/", "", null), now).Reason is not null)
                caught.Add(heavy);
        }

        var held = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(10, caught.Count);
        Assert.InRange(judge.Counters.Bytes, 1, 64L << 20);
        Assert.InRange(held, 1, 64L << 20);
        Assert.True(judge.Counters.Used <= judge.Counters.Bytes / Entry.Bytes);
    }

    [Fact]
    public void A_full_table_throws_out_the_expired_first_and_then_those_with_the_fewest_hits()
    {
        var table = new CounterTable(64);
        for (var i = 0; i < 5; i++)
            table.Hit(7, 1, 10 * Second, slides: false);
        for (var key = 100UL; key < 10_000; key++)
            table.Hit(key, 2, 10 * Second, slides: false);
        Assert.Equal(5u, table.Find(7, 3).Count);
        Assert.True(table.Evictions > 9000);
        Assert.Equal(64, table.Used);
        var evictions = table.Evictions;
        for (var key = 20_000UL; key < 20_064; key++)
            table.Hit(key, 11 * Second, Second, slides: false);
        Assert.True(table.Evictions - evictions < 64);
    }

    [Fact]
    public void A_bucket_lets_its_burst_pass_and_then_one_for_each_token()
    {
        var table = new CounterTable(64);
        for (var i = 4; i >= 0; i--)
            Assert.Equal(i, table.Take(9, Second, Second / 2, 5).Left);
        var refused = table.Take(9, Second, Second / 2, 5);
        Assert.Equal((-1L, Second + (Second / 2)), (refused.Left, refused.Ready));
        Assert.Equal(0, table.Take(9, Second + (Second / 2), Second / 2, 5).Left);
        Assert.Equal(-1, table.Take(9, Second + (Second / 2), Second / 2, 5).Left);
        Assert.Equal(4, table.Take(9, 100 * Second, Second / 2, 5).Left);
    }

    [Fact]
    public void What_has_been_entered_is_never_thrown_out_and_a_newcomer_without_room_is_let_in_uncounted()
    {
        var table = new CounterTable(64);
        var outcomes = Enumerable.Range(1, 2000).Select(k => table.Enter((ulong)k, 1)).ToList();
        Assert.Equal(64, outcomes.Count(o => o == EntryOutcome.Entered));
        Assert.DoesNotContain(EntryOutcome.Full, outcomes);
        var inside = 1UL + (ulong)outcomes.IndexOf(EntryOutcome.Entered);
        Assert.Equal(EntryOutcome.Full, table.Enter(inside, 1));
        table.Leave(inside);
        Assert.Equal(EntryOutcome.Entered, table.Enter(inside, 1));
        for (var k = 1UL; k <= 2000; k++)
            table.Leave(k);
        Assert.Equal(0, table.Used);
    }

    [Fact]
    public void A_count_stops_at_the_largest_number()
    {
        var table = new CounterTable(64);
        table.Hit(1, 1, Second, slides: false, uint.MaxValue - 1);
        Assert.Equal(uint.MaxValue, table.Hit(1, 1, Second, slides: false, 5).Count);
    }

    [Fact]
    public void A_check_costs_no_memory()
    {
        var judged = new Judged(new() { SiteCount = 1_000_000, PageCount = 1_000_000, Rules = [new() { Name = "r", RequestsPerSecond = 1000 }] });
        Assert.Null(judged.Ask("/page").Reason);
        var address = System.Net.IPAddress.Parse("192.0.2.9");
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 500; i++)
            judged.Judge.Judge(judged.Rules, new ThrottleRequest(9, address, "GET", "www.site.test:8080", "/some/page", "?q=1", "all"), judged.Now);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
