using Microsoft.AspNetCore.Http;
using Weir.Policies.Caching;
using Weir.Policies.Caching.Admin;
using Weir.Policies.Caching.Rules;
using static Weir.Policies.Tests.Caching.Flow.CachingMiddlewareTests;

namespace Weir.Policies.Tests.Caching.Flow;

/// <summary>What operators see and do, and what requests find afterwards.</summary>
public sealed class PurgedPageTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(PurgeKind.Url, "{0}/shop/a", 1)]
    [InlineData(PurgeKind.Url, "{0}/shop/b", 0)]
    [InlineData(PurgeKind.Prefix, "/shop/", 0)]
    [InlineData(PurgeKind.Prefix, "/other/", 0)]
    [InlineData(PurgeKind.Tag, "product-7", 0)]
    [InlineData(PurgeKind.Tag, "Product-7", 0)]
    [InlineData(PurgeKind.All, "", null)]
    public async Task A_purged_page_is_fetched_again(PurgeKind kind, string target, int? removed)
    {
        await using var site = await CachedSite.StartAsync();
        site.Answer = Tagged;
        (await site.GetAsync("/shop/a")).Dispose();
        // Purges have the clock's milliseconds, and what is of the same one counts as older.
        site.Clock.Advance(TimeSpan.FromMilliseconds(5));
        var report = await site.Admin.PurgeAsync(new PurgeOrder(kind, string.Format(System.Globalization.CultureInfo.InvariantCulture, target, Origin(site)), false), Cancel);
        site.Clock.Advance(TimeSpan.FromMilliseconds(5));
        using var after = await site.GetAsync("/shop/a");
        var isConcerned = target is not ("{0}/shop/b" or "/other/" or "Product-7");
        Assert.Equal(isConcerned ? 2 : 1, site.Fetches);
        if (removed is { } count)
            Assert.Equal(count, report.Removed);
        using var last = await site.GetAsync("/shop/a");
        Assert.StartsWith("Weir; hit", Status(last), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_variants_of_a_URL_go_with_it_also_under_the_name_that_the_policy_shortens()
    {
        await using var site = await CachedSite.StartAsync(new CachePolicyOptions { Query = QueryMode.Except, QueryNames = ["utm_*"] });
        site.Answer = Page(vary: "X-Kind");
        foreach (var kind in new[] { "1", "2", "1", "2" })
            (await site.GetAsync("/a?utm_source=x", ("X-Kind", kind))).Dispose();
        Assert.Equal(2, site.Fetches);
        site.Clock.Advance(TimeSpan.FromMilliseconds(5));
        await site.Admin.PurgeAsync(new PurgeOrder(PurgeKind.Url, $"{Origin(site)}/a?utm_campaign=y", false), Cancel);
        site.Clock.Advance(TimeSpan.FromMilliseconds(5));
        foreach (var kind in new[] { "1", "2", "1", "2" })
            (await site.GetAsync("/a", ("X-Kind", kind))).Dispose();
        Assert.Equal(4, site.Fetches);
    }

    [Fact]
    public async Task A_softly_purged_page_is_validated()
    {
        await using var site = await CachedSite.StartAsync();
        site.Answer = Page(tag: "\"1\"");
        (await site.GetAsync("/a")).Dispose();
        site.Clock.Advance(TimeSpan.FromSeconds(1));
        await site.Admin.PurgeAsync(new PurgeOrder(PurgeKind.Url, $"{Origin(site)}/a", true), Cancel);
        site.Clock.Advance(TimeSpan.FromSeconds(1));
        site.Answer = c =>
        {
            c.Response.StatusCode = 304;
            c.Response.Headers.CacheControl = "max-age=60";
            return Task.CompletedTask;
        };
        using var answer = await site.GetAsync("/a");
        Assert.Equal("Weir; fwd=stale; fwd-status=304; stored", Status(answer));
        using var hit = await site.GetAsync("/a");
        Assert.StartsWith("Weir; hit", Status(hit), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_stored_and_how_requests_ended_is_shown()
    {
        await using var site = await CachedSite.StartAsync();
        site.Answer = Tagged;
        (await site.GetAsync("/shop/a")).Dispose();
        (await site.GetAsync("/shop/a")).Dispose();
        var shown = Assert.Single(await site.Admin.ShowAsync(new Uri($"{Origin(site)}/shop/a"), Cancel));
        Assert.Equal(("pages", "memory", 200, 4L), (shown.Route, shown.Store, shown.Status, shown.Bytes));
        Assert.Equal(["product-7", "all"], shown.Tags);
        Assert.Empty(await site.Admin.ShowAsync(new Uri($"{Origin(site)}/shop/b"), Cancel));
        var figures = site.Admin.Figures();
        Assert.Equal((1L, 1L), (figures.Results["hit"], figures.Results["miss"]));
        Assert.Equal(1, figures.Stores.Single().Entries);
        Assert.Equal((0, 0L), (figures.Fetches, figures.FetchBytes));
    }

    private static Task Tagged(HttpContext context)
    {
        context.Response.Headers["Surrogate-Key"] = "product-7 all";
        return Page()(context);
    }

    private static string Origin(CachedSite site) => site.Client.BaseAddress!.ToString().TrimEnd('/');
}
