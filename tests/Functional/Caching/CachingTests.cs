using System.Net;
using System.Text.Json.Nodes;
using Weir.Support;
using Weir.Support.Apache;

namespace Weir.Functional.Caching;

/// <summary>The cache in the whole gateway, in front of a real Apache.</summary>
public sealed class CachingTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_page_of_Apache_is_stored_and_hit_also_when_Apache_is_gone()
    {
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions { Modules = ["headers"], Extra = "Header set Cache-Control max-age=600" });
        await using var gateway = await StartAsync(apache.Url);
        using var http = new HttpClient();
        using var miss = await http.GetAsync(gateway.Url + "/page/1k", Cancel);
        await apache.KillAsync();
        using var hit = await http.GetAsync(gateway.Url + "/page/1k", Cancel);
        using var other = await http.GetAsync(gateway.Url + "/page/64k", Cancel);

        Assert.Equal("Weir; fwd=uri-miss; fwd-status=200; stored", Status(miss));
        Assert.StartsWith("Weir; hit; ttl=", Status(hit), StringComparison.Ordinal);
        Assert.Equal(await miss.Content.ReadAsByteArrayAsync(Cancel), await hit.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Equal(HttpStatusCode.BadGateway, other.StatusCode);
    }

    [Fact]
    public async Task Large_bodies_come_whole_and_in_parts_over_kept_connections()
    {
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions { Modules = ["headers"], Extra = "Header set Cache-Control max-age=600" });
        await using var gateway = await StartAsync(apache.Url);
        using var http = new HttpClient();
        var direct = await http.GetByteArrayAsync(apache.Url + "/page/64k", Cancel);
        for (var i = 0; i < 5; i++)
            Assert.Equal(direct, await http.GetByteArrayAsync(gateway.Url + "/page/64k", Cancel));
        using var request = new HttpRequestMessage(HttpMethod.Get, gateway.Url + "/page/64k") { Headers = { { "Range", "bytes=1000-50999" } } };
        using var part = await http.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(direct[1000..51000], await part.Content.ReadAsByteArrayAsync(Cancel));
        Assert.StartsWith("Weir; hit", Status(part), StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_farm_is_full_a_stale_page_is_served_and_nobody_waits()
    {
        await using var origin = await FullOrigin.StartAsync();
        await using var gateway = await StartAsync(origin.Url, $$"""
            "Farm": { "StatusPath": null, "ColdStart": { "Enabled": false }, "Servers": [ { "Address": "{{origin.Url}}", "Limit": 1 } ] }
            """);
        using var http = new HttpClient { Timeout = Patience };
        var page = await StoredAsync(http, gateway.Url + "/page");
        var holding = http.GetAsync(gateway.Url + "/held", Cancel);
        await origin.HoldsAsync(Patience);
        await Task.Delay(FullOrigin.Fresh + TimeSpan.FromSeconds(0.2), Cancel);
        // The only slot is taken, for as long as this test likes.
        for (var i = 0; i < 3; i++)
        {
            using var stale = await http.GetAsync(page, Cancel);
            Assert.Equal("page", await stale.Content.ReadAsStringAsync(Cancel));
            Assert.EndsWith("detail=unreachable", Status(stale), StringComparison.Ordinal);
        }

        Assert.False(holding.IsCompleted);
        origin.Release();
        (await holding).Dispose();
        // The refresh that waited in the line brings a newer one.
        using var limit = new CancellationTokenSource(Patience);
        for (var isNew = false; !isNew; await Task.Delay(20, limit.Token))
        {
            using var answer = await http.GetAsync(page, limit.Token);
            isNew = !Status(answer).EndsWith("detail=unreachable", StringComparison.Ordinal);
        }
    }

    /// <summary>A page that the gateway has stored: on a busy machine the first ones take longer than they are fresh.</summary>
    private static async Task<string> StoredAsync(HttpClient http, string url)
    {
        using var limit = new CancellationTokenSource(Patience);
        for (var i = 0; ; i++)
        {
            using var answer = await http.GetAsync($"{url}?{i}", limit.Token);
            if (Status(answer).EndsWith("stored", StringComparison.Ordinal))
                return $"{url}?{i}";
        }
    }

    [Fact]
    public async Task Another_gateway_finds_in_Redis_what_the_first_one_stored()
    {
        await using var redis = await RedisServer.StartAsync();
        await SharedAsync($$""" "Store": "Redis", "Redis": { "Url": "{{redis.Url}}" } """);
    }

    [Fact]
    public async Task Another_gateway_finds_in_two_Memcached_what_the_first_one_stored()
    {
        await using var one = await MemcachedServer.StartAsync();
        await using var two = await MemcachedServer.StartAsync();
        await SharedAsync($$""" "Store": "Memcached", "Memcached": { "Servers": [ { "Address": "{{one.Address}}" }, { "Address": "{{two.Address}}" } ] } """);
    }

    [Fact]
    public async Task A_lost_Redis_is_misses_and_nothing_else()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions { Modules = ["headers"], Extra = "Header set Cache-Control max-age=600" });
        await using var gateway = await StartAsync(apache.Url, cache: $$""" "SharedRefresh": "00:00:00", "Store": "Redis", "Redis": { "Url": "{{redis.Url}}" } """);
        using var http = new HttpClient();
        await UntilHitAsync(http, gateway.Url + "/page/1k");
        await redis.KillAsync();
        for (var i = 0; i < 20; i++)
        {
            using var answer = await http.GetAsync(gateway.Url + "/page/1k", Cancel);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    private static async Task SharedAsync(string cache)
    {
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions { Modules = ["headers"], Extra = "Header set Cache-Control max-age=600" });
        await using var first = await StartAsync(apache.Url, cache: cache);
        using var http = new HttpClient();
        var page = await UntilHitAsync(http, first.Url + "/page/1k");
        await apache.KillAsync();
        await using var second = await StartAsync(apache.Url, cache: cache);
        // It may have been stored for the first one's host and port; Host says which site it is.
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, second.Url + "/page/1k") { Headers = { Host = new Uri(first.Url).Authority } };
            using var answer = await http.SendAsync(request, limit.Token);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                Assert.Equal(page, await answer.Content.ReadAsByteArrayAsync(limit.Token));
                Assert.StartsWith("Weir; hit", Status(answer), StringComparison.Ordinal);
                return;
            }

            await Task.Delay(50, limit.Token);
        }
    }

    private static async Task<byte[]> UntilHitAsync(HttpClient http, string url)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            using var answer = await http.GetAsync(url, limit.Token);
            if (Status(answer).StartsWith("Weir; hit", StringComparison.Ordinal))
                return await answer.Content.ReadAsByteArrayAsync(limit.Token);
            await Task.Delay(20, limit.Token);
        }
    }

    private static Task<GatewayProcess> StartAsync(string upstream, string? weir = null, string? cache = null)
    {
        var section = (JsonObject)JsonNode.Parse($$"""
            { {{(weir is null ? "" : weir + ",")}} "Cache": { "Enabled": true, "Routes": { "all": "default" } {{(cache is null ? "" : "," + cache)}} } }
            """)!;
        return GatewayProcess.StartAsync(GatewayProcess.InFrontOf([upstream], section));
    }

    private static string Status(HttpResponseMessage answer) => answer.Headers.TryGetValues("Cache-Status", out var values) ? values.Single() : "";
}
