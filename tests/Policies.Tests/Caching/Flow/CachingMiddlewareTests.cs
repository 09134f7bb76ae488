using System.Net;
using Microsoft.AspNetCore.Http;
using Weir.Policies.Caching;
using Weir.Policies.Caching.Rules;

namespace Weir.Policies.Tests.Caching.Flow;

/// <summary>What goes to the origin, what comes from the store, and what both say of it.</summary>
public sealed class CachingMiddlewareTests
{
    [Fact]
    public async Task A_page_that_may_be_stored_is_fetched_once()
    {
        await using var site = await CachedSite.StartAsync();
        site.Answer = Page();
        using var miss = await site.GetAsync("/a?b=1");
        using var hit = await site.GetAsync("/a?b=1");

        Assert.Equal(1, site.Fetches);
        Assert.Equal("Weir; fwd=uri-miss; fwd-status=200; stored", Status(miss));
        Assert.StartsWith("Weir; hit; ttl=", Status(hit), StringComparison.Ordinal);
        Assert.NotNull(hit.Headers.Age);
        Assert.Equal("page", await Text(miss));
        Assert.Equal("page", await Text(hit));
        Assert.Equal(miss.Headers.Date, hit.Headers.Date);
    }

    [Theory]
    [InlineData("private, max-age=60", null, "private")]
    [InlineData("no-store", null, "no-store")]
    [InlineData("max-age=60", "*", "vary")]
    public async Task What_is_for_one_client_goes_to_each_by_itself(string cacheControl, string? vary, string detail)
    {
        await using var site = await CachedSite.StartAsync();
        site.Answer = Page(cacheControl, vary);
        using var first = await site.GetAsync("/a");
        using var second = await site.GetAsync("/a");
        Assert.Equal(2, site.Fetches);
        Assert.Equal("page", await Text(first));
        Assert.Equal($"Weir; fwd=uri-miss; fwd-status=200; detail={detail}", Status(first));
        Assert.Equal("Weir; fwd=uri-miss; fwd-status=200; detail=hit-for-miss", Status(second));
    }

    [Fact]
    public async Task A_URL_whose_answers_were_private_is_stored_once_they_are_not()
    {
        await using var site = await CachedSite.StartAsync();
        site.Answer = Page("private");
        (await site.GetAsync("/a")).Dispose();
        site.Answer = Page();
        for (var i = 0; i < 3; i++)
            (await site.GetAsync("/a")).Dispose();
        using var hit = await site.GetAsync("/a");
        Assert.StartsWith("Weir; hit", Status(hit), StringComparison.Ordinal);
        Assert.Equal(3, site.Fetches);
    }

    [Fact]
    public async Task Variants_lie_beside_each_other_and_codings_are_asked_for_in_one_form()
    {
        await using var site = await CachedSite.StartAsync();
        site.Answer = c =>
        {
            c.Response.Headers.CacheControl = "max-age=60";
            c.Response.Headers.Vary = "Accept-Language, Accept-Encoding";
            return c.Response.WriteAsync(c.Request.Headers.AcceptLanguage.ToString());
        };
        foreach (var (language, expected) in new[] { ("de", "de"), ("en", "en"), ("DE", "de"), ("en", "en") })
        {
            using var answer = await site.GetAsync("/a", ("Accept-Language", language), ("Accept-Encoding", "gzip;q=0.3, br, nonsense"));
            Assert.Equal(expected, await Text(answer));
        }

        Assert.Equal(2, site.Fetches);
        Assert.All(site.Asked, a => Assert.Equal("br, gzip", a.Headers.AcceptEncoding));
    }

    [Fact]
    public async Task Conditions_parts_and_HEAD_are_answered_from_the_store()
    {
        await using var site = await CachedSite.StartAsync();
        site.Answer = Page(tag: "\"1\"");
        (await site.GetAsync("/a")).Dispose();
        using var head = await site.SendAsync(HttpMethod.Head, "/a");
        using var same = await site.GetAsync("/a", ("If-None-Match", "W/\"1\""));
        using var part = await site.GetAsync("/a", ("Range", "bytes=1-2"));
        using var beyond = await site.GetAsync("/a", ("Range", "bytes=9-"));

        Assert.Equal(1, site.Fetches);
        Assert.Equal(4, head.Content.Headers.ContentLength);
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal("ag", await Text(part));
        Assert.Equal("bytes 1-2/4", part.Content.Headers.ContentRange?.ToString());
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);
    }

    [Fact]
    public async Task A_part_that_the_origin_sent_serves_what_lies_within_it()
    {
        await using var site = await CachedSite.StartAsync();
        site.Answer = c =>
        {
            Assert.Equal("bytes=10-19", c.Request.Headers.Range);
            c.Response.StatusCode = 206;
            c.Response.Headers.CacheControl = "max-age=60";
            c.Response.Headers.ContentRange = "bytes 10-19/100";
            return c.Response.WriteAsync("0123456789");
        };
        using var first = await site.GetAsync("/a", ("Range", "bytes=10-19"));
        using var within = await site.GetAsync("/a", ("Range", "bytes=12-13"));
        Assert.Equal("0123456789", await Text(first));
        Assert.Equal(HttpStatusCode.PartialContent, within.StatusCode);
        Assert.Equal("23", await Text(within));
        Assert.Equal("bytes 12-13/100", within.Content.Headers.ContentRange?.ToString());
        Assert.Equal(1, site.Fetches);
    }

    [Fact]
    public async Task With_Ranges_Whole_a_part_brings_all()
    {
        await using var site = await CachedSite.StartAsync(new CachePolicyOptions { Ranges = RangeMode.Whole });
        site.Answer = Page();
        using var part = await site.GetAsync("/a", ("Range", "bytes=1-2"));
        using var all = await site.GetAsync("/a");
        Assert.Equal("ag", await Text(part));
        Assert.Equal("page", await Text(all));
        Assert.Equal(1, site.Fetches);
        Assert.False(site.Asked.Single().Headers.ContainsKey("Range"));
    }

    [Fact]
    public async Task A_client_with_conditions_asks_the_origin_once_and_the_next_one_brings_the_page()
    {
        await using var site = await CachedSite.StartAsync();
        site.Answer = c =>
        {
            if (c.Request.Headers.IfNoneMatch == "\"1\"")
            {
                c.Response.StatusCode = 304;
                return Task.CompletedTask;
            }

            return Page(tag: "\"1\"")(c);
        };
        foreach (var _ in Enumerable.Range(0, 3))
        {
            using var answer = await site.GetAsync("/a", ("If-None-Match", "\"1\""));
            Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
        }

        Assert.Equal(2, site.Fetches);
    }

    [Theory]
    [InlineData(201, 2)]
    [InlineData(303, 2)]
    [InlineData(404, 1)]
    public async Task A_change_drops_the_page_and_what_it_names(int status, int fetches)
    {
        await using var site = await CachedSite.StartAsync();
        site.Answer = Page();
        (await site.GetAsync("/other")).Dispose();
        site.Answer = c =>
        {
            c.Response.StatusCode = status;
            c.Response.Headers.Location = "/other";
            return Task.CompletedTask;
        };
        using var change = await site.SendAsync(HttpMethod.Post, "/a");
        Assert.Equal($"Weir; fwd=method; fwd-status={status}", Status(change));
        site.Answer = Page();
        (await site.GetAsync("/other")).Dispose();
        Assert.Equal(fetches, site.Asked.Count(a => a.Method == "GET"));
    }

    [Fact]
    public async Task Other_routes_are_left_alone_and_a_body_or_an_upgrade_passes_by()
    {
        await using var site = await CachedSite.StartAsync(new CachePolicyOptions { BypassCookies = ["session*"], BypassQuery = ["preview"] });
        site.Answer = Page();
        (await site.GetAsync("/a")).Dispose();
        using var plain = await site.GetAsync("/plain/a");
        using var session = await site.GetAsync("/a", ("Cookie", "x=1; session_id=2"));
        using var preview = await site.GetAsync("/a?preview=1");
        using var other = await site.GetAsync("/a", ("Cookie", "x=1"));
        Assert.False(plain.Headers.Contains("Cache-Status"));
        Assert.Equal("Weir; fwd=bypass; fwd-status=200", Status(session));
        Assert.Equal("Weir; fwd=bypass; fwd-status=200", Status(preview));
        Assert.StartsWith("Weir; hit", Status(other), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_query_is_part_of_the_key_as_the_policy_says()
    {
        await using var site = await CachedSite.StartAsync(new CachePolicyOptions { Query = QueryMode.Except, QueryNames = ["utm_*"], SortQuery = true });
        site.Answer = Page();
        foreach (var target in new[] { "/a?x=1&y=2", "/a?y=2&utm_source=z&x=1", "/a?x=2&y=2", "/a?utm_id=3", "/a" })
            (await site.GetAsync(target)).Dispose();
        Assert.Equal(3, site.Fetches);
    }

    [Fact]
    public async Task What_no_key_names_does_not_reach_the_origin()
    {
        await using var site = await CachedSite.StartAsync();
        site.Answer = Page();
        (await site.GetAsync("/a", ("X-Original-URL", "/evil"), ("X-Host", "evil"))).Dispose();
        var asked = site.Asked.Single().Headers;
        Assert.False(asked.ContainsKey("X-Original-URL"));
        Assert.False(asked.ContainsKey("X-Host"));
    }

    [Fact]
    public async Task Variants_of_one_URL_are_bounded()
    {
        await using var site = await CachedSite.StartAsync(new CachePolicyOptions { MaxVariants = 3 });
        site.Answer = Page(vary: "X-Any");
        for (var i = 0; i < 10; i++)
            (await site.GetAsync("/a", ("X-Any", $"{i}"))).Dispose();
        Assert.Equal(10, site.Fetches);
        (await site.GetAsync("/a", ("X-Any", "9"))).Dispose();
        (await site.GetAsync("/a", ("X-Any", "0"))).Dispose();
        Assert.Equal(11, site.Fetches);
    }

    [Fact]
    public async Task Somebodys_page_under_the_name_of_a_style_sheet_is_not_stored_by_the_operators_lifetime()
    {
        await using var site = await CachedSite.StartAsync(new CachePolicyOptions { FreshFor = { ["200"] = TimeSpan.FromMinutes(1) } });
        site.Answer = c =>
        {
            c.Response.ContentType = c.Request.Path.Value!.EndsWith(".css", StringComparison.Ordinal) && c.Request.Path != "/real.css" ? "text/html" : "text/css";
            return c.Response.WriteAsync("x");
        };
        foreach (var target in new[] { "/account/x.css", "/account/x.css", "/real.css", "/real.css" })
            (await site.GetAsync(target)).Dispose();
        Assert.Equal(3, site.Fetches);
    }

    [Fact]
    public async Task MinUses_stores_what_is_asked_for_again()
    {
        await using var site = await CachedSite.StartAsync(new CachePolicyOptions { MinUses = 2 });
        site.Answer = Page();
        for (var i = 0; i < 4; i++)
            (await site.GetAsync("/a")).Dispose();
        Assert.Equal(2, site.Fetches);
    }

    [Fact]
    public async Task Only_if_cached_is_504_where_requests_are_honoured()
    {
        await using var site = await CachedSite.StartAsync(new CachePolicyOptions { HonourRequests = true });
        using var answer = await site.GetAsync("/a", ("Cache-Control", "only-if-cached"));
        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
        Assert.Equal(0, site.Fetches);
    }

    internal static RequestDelegate Page(string cacheControl = "max-age=60", string? vary = null, string? tag = null, string body = "page") => context =>
    {
        var headers = context.Response.Headers;
        headers.CacheControl = cacheControl;
        if (vary is not null)
            headers.Vary = vary;
        if (tag is not null)
            headers.ETag = tag;
        return context.Response.WriteAsync(body);
    };

    internal static string Status(HttpResponseMessage answer) => string.Join(", ", answer.Headers.GetValues("Cache-Status"));

    internal static Task<string> Text(HttpResponseMessage answer) => answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}
