using System.Net;
using Microsoft.AspNetCore.Http;
using static Weir.Policies.Tests.Caching.Flow.CachingMiddlewareTests;

namespace Weir.Policies.Tests.Caching.Flow;

/// <summary>What becomes of an answer past its freshness.</summary>
public sealed class StaleAnswerTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task A_stale_answer_is_validated_with_our_own_conditions()
    {
        await using var site = await CachedSite.StartAsync();
        site.Answer = Page(tag: "\"1\"");
        (await site.GetAsync("/a")).Dispose();
        site.Clock.Advance(TimeSpan.FromMinutes(2));
        site.Answer = c =>
        {
            c.Response.StatusCode = 304;
            c.Response.Headers.CacheControl = "max-age=60";
            c.Response.Headers["X-New"] = "yes";
            return Task.CompletedTask;
        };
        using var validated = await site.GetAsync("/a", ("If-None-Match", "\"of the client\""));
        using var hit = await site.GetAsync("/a");
        Assert.Equal("\"1\"", site.Asked.Last().Headers.IfNoneMatch);
        Assert.Equal("page", await Text(validated));
        Assert.Equal("Weir; fwd=stale; fwd-status=304; stored", Status(validated));
        Assert.Equal("yes", validated.Headers.GetValues("X-New").Single());
        Assert.StartsWith("Weir; hit", Status(hit), StringComparison.Ordinal);
        Assert.Equal(2, site.Fetches);
    }

    [Fact]
    public async Task A_304_about_another_answer_is_asked_again_without_conditions()
    {
        await using var site = await CachedSite.StartAsync();
        site.Answer = Page(tag: "\"1\"");
        (await site.GetAsync("/a")).Dispose();
        site.Clock.Advance(TimeSpan.FromMinutes(2));
        site.Answer = c =>
        {
            if (c.Request.Headers.IfNoneMatch.Count == 0)
                return Page(tag: "\"2\"", body: "new")(c);
            c.Response.StatusCode = 304;
            c.Response.Headers.ETag = "\"2\"";
            return Task.CompletedTask;
        };
        using var answer = await site.GetAsync("/a");
        Assert.Equal("new", await Text(answer));
    }

    [Fact]
    public async Task Within_stale_while_revalidate_the_answer_comes_at_once_and_a_newer_one_after_it()
    {
        await using var site = await CachedSite.StartAsync();
        site.Answer = Page("max-age=60, stale-while-revalidate=600");
        (await site.GetAsync("/a")).Dispose();
        site.Clock.Advance(TimeSpan.FromMinutes(2));
        var open = new TaskCompletionSource();
        site.Answer = async c =>
        {
            await open.Task;
            await Page("max-age=60", body: "new")(c);
        };
        using var stale = await site.GetAsync("/a");
        using var again = await site.GetAsync("/a");
        Assert.Equal("page", await Text(stale));
        Assert.StartsWith("Weir; hit; ttl=-", Status(stale), StringComparison.Ordinal);
        open.SetResult();
        var text = "";
        for (var i = 0; i < 3000 && text != "new"; i++)
        {
            using var newer = await site.GetAsync("/a");
            text = await Text(newer);
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        Assert.Equal("new", text);
        Assert.Equal(2, site.Fetches);
    }

    [Theory]
    [InlineData("max-age=60", true)]
    [InlineData("max-age=60, must-revalidate", false)]
    [InlineData("s-maxage=60", false)]
    [InlineData("s-maxage=60, stale-if-error=600", true)]
    public async Task When_the_origin_is_gone_what_may_be_served_stale_is(string cacheControl, bool isServed)
    {
        await using var site = await CachedSite.StartAsync();
        site.Answer = Page(cacheControl);
        (await site.GetAsync("/a")).Dispose();
        site.Clock.Advance(TimeSpan.FromMinutes(2));
        site.Answer = c =>
        {
            c.Abort();
            return Task.CompletedTask;
        };
        using var answer = await site.GetAsync("/a");
        Assert.Equal(isServed ? HttpStatusCode.OK : HttpStatusCode.BadGateway, answer.StatusCode);
        if (isServed)
            Assert.EndsWith("detail=unreachable", Status(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Past_the_bound_the_error_goes_out()
    {
        await using var site = await CachedSite.StartAsync();
        site.Answer = Page(tag: "\"1\"");
        (await site.GetAsync("/a")).Dispose();
        site.Clock.Advance(Hour + Hour);
        site.Answer = c =>
        {
            c.Abort();
            return Task.CompletedTask;
        };
        using var answer = await site.GetAsync("/a");
        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
    }

    [Theory]
    [InlineData("max-age=60", false)]
    [InlineData("max-age=60, stale-if-error=600", true)]
    public async Task An_error_of_the_origins_own_is_replaced_only_where_it_says_so(string cacheControl, bool isReplaced)
    {
        await using var site = await CachedSite.StartAsync();
        site.Answer = Page(cacheControl);
        (await site.GetAsync("/a")).Dispose();
        site.Clock.Advance(TimeSpan.FromMinutes(2));
        site.Answer = c =>
        {
            c.Response.StatusCode = 503;
            return c.Response.WriteAsync("down");
        };
        using var answer = await site.GetAsync("/a");
        Assert.Equal(isReplaced ? "page" : "down", await Text(answer));
    }

    [Fact]
    public async Task What_turned_private_leaves_the_store()
    {
        await using var site = await CachedSite.StartAsync();
        site.Answer = Page();
        (await site.GetAsync("/a")).Dispose();
        site.Clock.Advance(TimeSpan.FromMinutes(2));
        site.Answer = Page("private", body: "mine");
        using var mine = await site.GetAsync("/a");
        Assert.Equal("mine", await Text(mine));
        site.Answer = c =>
        {
            c.Abort();
            return Task.CompletedTask;
        };
        using var after = await site.GetAsync("/a");
        Assert.Equal(HttpStatusCode.BadGateway, after.StatusCode);
    }
}
