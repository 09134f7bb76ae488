using Weir.Policies.Throttle;
using Weir.Policies.Throttle.Judging;

namespace Weir.Policies.Tests.Throttle;

/// <summary>The table of docs/throttle.md: the first refusal comes with request n.</summary>
public sealed class FirstRefusalTests
{
    [Theory]
    [InlineData(ThrottleMode.Window, 1, 2)]
    [InlineData(ThrottleMode.Window, 2, 3)]
    [InlineData(ThrottleMode.Window, 10, 11)]
    [InlineData(ThrottleMode.Gap, 1, 2)]
    [InlineData(ThrottleMode.Gap, 2, 3)]
    [InlineData(ThrottleMode.Gap, 10, 11)]
    public void One_page_is_refused_with_the_request_after_PageCount(ThrottleMode mode, int count, int first) =>
        Assert.Equal((first, ThrottleReason.Page), new Judged(new() { Mode = mode, PageCount = count }).FirstRefusal(100, _ => "/page"));

    [Theory]
    [InlineData(ThrottleMode.Window)]
    [InlineData(ThrottleMode.Gap)]
    public void Different_pages_are_refused_with_the_request_after_SiteCount(ThrottleMode mode) =>
        Assert.Equal((51, ThrottleReason.Site), new Judged(new() { Mode = mode }).FirstRefusal(200, n => $"/page{n}"));

    [Fact]
    public void Queries_are_one_page_unless_they_are_counted_apart()
    {
        var path = new Judged(new());
        Assert.Equal([null, null, ThrottleReason.Page], Enumerable.Range(1, 3).Select(n => path.Ask("/page", query: $"?q={n}").Reason));
        var apart = new Judged(new() { PageKey = PageKeyKind.PathAndQuery });
        Assert.All(Enumerable.Range(1, 50), n => Assert.Null(apart.Ask("/page", query: $"?q={n}").Reason));
        Assert.Equal(ThrottleReason.Site, apart.Ask("/page", query: "?q=51").Reason);
    }

    [Fact]
    public void A_steady_client_that_is_slower_than_the_limit_passes_by_window_and_not_by_gap()
    {
        Assert.Equal((0, null), new Judged(new()).FirstRefusal(1000, _ => "/", pause: 0.9));
        Assert.Equal((3, ThrottleReason.Page), new Judged(new() { Mode = ThrottleMode.Gap }).FirstRefusal(1000, _ => "/", pause: 0.9));
    }

    [Fact]
    public void A_silence_of_exactly_the_interval_begins_the_count_anew()
    {
        Assert.Equal((0, null), new Judged(new() { Mode = ThrottleMode.Gap }).FirstRefusal(1000, _ => "/", pause: 1));
        var short1 = new Judged(new() { Mode = ThrottleMode.Gap });
        Assert.Equal((3, ThrottleReason.Page), short1.FirstRefusal(1000, _ => "/", pause: 0.9999999));
    }

    [Fact]
    public void Each_hit_while_blocked_starts_the_blocking_period_again()
    {
        var judged = new Judged(new());
        judged.FirstRefusal(10, _ => "/");
        foreach (var _ in Enumerable.Range(0, 4))
        {
            judged.Wait(4);
            Assert.Equal(ThrottleReason.Blocked, judged.Ask("/other").Reason);
        }

        judged.Wait(9.9999999);
        Assert.Equal(ThrottleReason.Blocked, judged.Ask("/other").Reason);
        judged.Wait(10);
        Assert.Null(judged.Ask("/other").Reason);
    }

    [Fact]
    public void Without_Rearm_the_block_ends_on_time()
    {
        var judged = new Judged(new() { Rearm = false });
        Assert.True(judged.FirstRefusal(10, _ => "/").Number == 3);
        judged.Wait(5);
        Assert.Equal(5 * TimeSpan.TicksPerSecond, judged.Ask("/").Reset);
        judged.Wait(5);
        Assert.Null(judged.Ask("/").Reason);
    }

    [Fact]
    public void Without_a_blocking_period_only_what_is_too_much_is_refused()
    {
        var judged = new Judged(new() { BlockingPeriod = TimeSpan.Zero });
        Assert.Equal((3, ThrottleReason.Page), judged.FirstRefusal(10, _ => "/"));
        Assert.Null(judged.Ask("/other").Reason);
        judged.Wait(1);
        Assert.Null(judged.Ask("/").Reason);
    }

    [Fact]
    public async Task Of_many_at_once_exactly_the_limit_passes()
    {
        var judged = new Judged(new() { PageCount = 100, SiteCount = 0, BlockingPeriod = TimeSpan.Zero });
        var passed = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                if (judged.Ask("/").Reason is null)
                    Interlocked.Increment(ref passed);
            }
        })));
        Assert.Equal(100, passed);
    }

    [Fact]
    public void Clients_hosts_and_pages_count_apart()
    {
        var judged = new Judged(new() { BlockingPeriod = TimeSpan.Zero });
        judged.FirstRefusal(3, _ => "/");
        Assert.Null(judged.Ask("/", client: "192.0.2.2").Reason);
        Assert.Null(judged.Ask("/", host: "other.test").Reason);
        Assert.Null(judged.Ask("/other").Reason);
        Assert.Equal(ThrottleReason.Page, judged.Ask("/", host: "SITE.test:8080").Reason);
    }

    [Theory]
    [InlineData(SiteKeyKind.Host, null)]
    [InlineData(SiteKeyKind.Gateway, ThrottleReason.Site)]
    public void Hosts_are_one_site_only_when_it_is_said(SiteKeyKind kind, string? reason)
    {
        var judged = new Judged(new() { SiteKey = kind });
        for (var n = 0; n < 50; n++)
            Assert.Null(judged.Ask($"/{n}", host: $"h{n}.test").Reason);
        Assert.Equal(reason, judged.Ask("/50", host: "h50.test").Reason);
    }

    [Fact]
    public void Static_files_count_neither_for_page_nor_for_site_and_only_by_GET_and_HEAD()
    {
        var judged = new Judged(new() { BlockingPeriod = TimeSpan.Zero });
        for (var n = 0; n < 200; n++)
            Assert.Null(judged.Ask("/app.CSS", method: n % 2 == 0 ? "GET" : "HEAD").Reason);
        foreach (var path in new[] { "/index.php/x.css", "/css", "/a.css/", "/x.html", "/.php/a/b.png" })
        {
            var (number, reason) = judged.FirstRefusal(3, _ => path);
            Assert.Equal((path, 3, ThrottleReason.Page), (path, number, reason));
        }

        Assert.Equal([null, null, ThrottleReason.Page], Enumerable.Range(0, 3).Select(_ => judged.Ask("/app.css", method: "POST").Reason));
        Assert.All(Enumerable.Range(0, 10), _ => Assert.Null(judged.Ask("/v1.2/app.js").Reason));
    }

    [Fact]
    public void Counts_of_zero_count_nothing() =>
        Assert.Equal((0, null), new Judged(new() { PageCount = 0, SiteCount = 0 }).FirstRefusal(1000, _ => "/"));
}
