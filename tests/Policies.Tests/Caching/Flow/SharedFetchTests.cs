using Microsoft.AspNetCore.Http;
using Weir.Policies.Caching;
using Weir.Policies.Tests.State;
using static Weir.Policies.Tests.Caching.Flow.CachingMiddlewareTests;

namespace Weir.Policies.Tests.Caching.Flow;

/// <summary>Many want what is not stored yet.</summary>
public sealed class SharedFetchTests
{
    private const int Crowd = 200;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Two_hundred_misses_at_once_are_one_fetch()
    {
        await using var site = await CachedSite.StartAsync();
        var open = new TaskCompletionSource();
        site.Answer = async c =>
        {
            await open.Task;
            await Page(body: new string('x', 50_000))(c);
        };
        var all = Enumerable.Range(0, Crowd).Select(_ => site.GetAsync("/slow")).ToArray();
        await Waiting.UntilAsync(() => site.Fetches > 0, "a fetch");
        open.SetResult();
        var answers = await Task.WhenAll(all).WaitAsync(Patience, TestContext.Current.CancellationToken);

        Assert.Equal(1, site.Fetches);
        foreach (var answer in answers)
        {
            Assert.Equal(50_000, (await Text(answer)).Length);
            answer.Dispose();
        }
    }

    [Fact]
    public async Task Two_hundred_private_answers_do_not_wait_for_each_other()
    {
        await using var site = await CachedSite.StartAsync();
        var together = new TaskCompletionSource();
        var waiting = 0;
        site.Answer = async c =>
        {
            // The first one finds out; then all others must be here at once.
            if (Interlocked.Increment(ref waiting) == Crowd)
                together.SetResult();
            if (waiting > 1)
                await together.Task.WaitAsync(Patience);
            c.Response.Headers.CacheControl = "private";
            await c.Response.WriteAsync(c.Request.Headers["X-User"].ToString());
        };
        var all = Enumerable.Range(0, Crowd).Select(i => site.GetAsync("/mine", ("X-User", $"{i}"))).ToArray();
        var answers = await Task.WhenAll(all).WaitAsync(Patience, TestContext.Current.CancellationToken);
        for (var i = 0; i < Crowd; i++)
        {
            Assert.Equal($"{i}", await Text(answers[i]));
            answers[i].Dispose();
        }

        Assert.Equal(Crowd, site.Fetches);
    }

    [Fact]
    public async Task Those_who_wait_get_the_body_while_it_comes()
    {
        await using var site = await CachedSite.StartAsync();
        var rest = new TaskCompletionSource();
        site.Answer = TwoParts(rest.Task);
        var cancel = TestContext.Current.CancellationToken;
        using var leader = await site.Client.GetAsync("/slow", HttpCompletionOption.ResponseHeadersRead, cancel);
        using var follower = await site.Client.GetAsync("/slow", HttpCompletionOption.ResponseHeadersRead, cancel);
        await using var body = await follower.Content.ReadAsStreamAsync(cancel);
        var buffer = new byte[5];
        await body.ReadExactlyAsync(buffer, cancel);
        Assert.Equal("first"u8.ToArray(), buffer);
        rest.SetResult();
        Assert.Equal("rest", await new StreamReader(body).ReadToEndAsync(cancel));
        Assert.Equal("firstrest", await Text(leader));
        Assert.Contains("collapsed", Status(follower), StringComparison.Ordinal);
        Assert.Equal(1, site.Fetches);
    }

    [Fact]
    public async Task Those_of_another_variant_go_their_own_way()
    {
        await using var site = await CachedSite.StartAsync();
        site.Answer = async c =>
        {
            await Waiting.UntilAsync(() => site.Fetches > 0, "a fetch");
            c.Response.Headers.CacheControl = "max-age=60";
            c.Response.Headers.Vary = "X-Kind";
            await c.Response.WriteAsync(c.Request.Headers["X-Kind"].ToString());
        };
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => site.GetAsync("/v", ("X-Kind", $"{i % 2}"))));
        for (var i = 0; i < answers.Length; i++)
        {
            Assert.Equal($"{i % 2}", await Text(answers[i]));
            answers[i].Dispose();
        }
    }

    [Fact]
    public async Task An_answer_goes_into_the_store_although_its_client_has_left()
    {
        await using var site = await CachedSite.StartAsync();
        var rest = new TaskCompletionSource();
        site.Answer = TwoParts(rest.Task);
        var cancel = TestContext.Current.CancellationToken;
        (await site.Client.GetAsync("/slow", HttpCompletionOption.ResponseHeadersRead, cancel)).Dispose();
        rest.SetResult();
        await Waiting.UntilAsync(async () =>
        {
            using var answer = await site.GetAsync("/slow");
            return await Text(answer) == "firstrest" && Status(answer).StartsWith("Weir; hit", StringComparison.Ordinal);
        }, "a hit");
        Assert.Equal(1, site.Fetches);
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_not_stored_and_the_client_sees_it()
    {
        await using var site = await CachedSite.StartAsync();
        var seen = new TaskCompletionSource();
        site.Answer = async c =>
        {
            c.Response.Headers.CacheControl = "max-age=60";
            c.Response.ContentLength = 100;
            await c.Response.WriteAsync("short");
            await c.Response.Body.FlushAsync();
            await seen.Task;
            c.Abort();
        };
        var cancel = TestContext.Current.CancellationToken;
        using var broken = await site.Client.GetAsync("/broken", HttpCompletionOption.ResponseHeadersRead, cancel);
        seen.SetResult();
        await Assert.ThrowsAnyAsync<Exception>(() => broken.Content.ReadAsByteArrayAsync(cancel));
        site.Answer = Page();
        using var answer = await site.GetAsync("/broken");
        Assert.Equal("page", await Text(answer));
        Assert.Equal(2, site.Fetches);
    }

    [Fact]
    public async Task A_body_longer_than_the_policy_stores_reaches_all_who_wait_whole()
    {
        await using var site = await CachedSite.StartAsync(new CachePolicyOptions { MaxObjectBytes = 100_000 });
        var open = new TaskCompletionSource();
        site.Answer = async c =>
        {
            await open.Task;
            c.Response.Headers.CacheControl = "max-age=60";
            for (var i = 0; i < 300; i++)
                await c.Response.WriteAsync(new string((char)('a' + (i % 26)), 10_000));
        };
        var all = Enumerable.Range(0, 5).Select(_ => site.GetAsync("/long")).ToArray();
        await Waiting.UntilAsync(() => site.Fetches > 0, "a fetch");
        open.SetResult();
        foreach (var answer in await Task.WhenAll(all).WaitAsync(Patience, TestContext.Current.CancellationToken))
        {
            Assert.Equal(3_000_000, (await Text(answer)).Length);
            answer.Dispose();
        }

        using var after = await site.GetAsync("/long");
        Assert.Contains("fwd=", Status(after), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_fetched_while_it_is_changed_is_not_stored()
    {
        await using var site = await CachedSite.StartAsync();
        var open = new TaskCompletionSource();
        site.Answer = async c =>
        {
            if (c.Request.Method == "POST")
                return;
            await open.Task;
            await Page(body: "old")(c);
        };
        var before = site.GetAsync("/a");
        await Waiting.UntilAsync(() => site.Fetches > 0, "a fetch");
        (await site.SendAsync(HttpMethod.Post, "/a")).Dispose();
        open.SetResult();
        Assert.Equal("old", await Text(await before));
        site.Answer = Page(body: "new");
        using var after = await site.GetAsync("/a");
        Assert.Equal("new", await Text(after));
    }

    [Fact]
    public async Task Beyond_MaxFetches_requests_go_uncached()
    {
        await using var site = await CachedSite.StartAsync(configure: o => o.MaxFetches = 1);
        var open = new TaskCompletionSource();
        site.Answer = async c =>
        {
            if (c.Request.Path == "/a")
                await open.Task;
            await Page()(c);
        };
        var first = site.GetAsync("/a");
        await Waiting.UntilAsync(() => site.Fetches > 0, "a fetch");
        using var second = await site.GetAsync("/b");
        open.SetResult();
        (await first).Dispose();
        Assert.Equal("Weir; fwd=uri-miss; fwd-status=200; detail=uncoalesced", Status(second));
        Assert.Equal("page", await Text(second));
    }

    /// <summary>A page that may be stored, whose second half comes when it is told to.</summary>
    private static RequestDelegate TwoParts(Task rest) => async context =>
    {
        context.Response.Headers.CacheControl = "max-age=60";
        await context.Response.WriteAsync("first");
        await context.Response.Body.FlushAsync();
        await rest;
        await context.Response.WriteAsync("rest");
    };
}
