namespace Weir.Functional.Edge;

/// <summary>What a few settings hold: bounds per address, a rate for readers, and a jail for those who go on.</summary>
[Collection(EdgeCollection.Name)]
public sealed class BoundsUnderAttackTests
{
    private const int Bound = 100;

    [Fact]
    public async Task Of_ten_thousand_connections_from_one_address_no_more_than_the_bound_is_held_and_who_goes_on_is_banned()
    {
        await using var site = await Site.StartAsync($$"""
            {
              "Throttle": { "Enabled": true, "PageCount": 0, "SiteCount": 0, "Connections": { "PerAddress": {{Bound}} } },
              "Jail": { "StateFile": "", "Jails": { "floods": { "Offences": ["Throttle"], "MaxRetry": 2000, "BanTime": "01:00:00" } } }
            }
            """);
        var half = "GET /page/1k HTTP/1.1\r\nHost: site.test\r\n"u8.ToArray();
        await using var first = await Crowd.OpenAsync(site.Gateway.EndPoint, Site.Attacker, 1500, half);

        await site.UntilAsync(() => first.Ended >= first.Count - Bound, "all above the bound are ended");
        // The good client's besides.
        await site.UntilAsync(async () => await site.MetricAsync("kestrel_active_connections") <= Bound + 10, "no more than the bound is held");
        Assert.Equal(first.Count - Bound, await site.MetricAsync("weir_throttle_connections_refused_total"));
        Assert.Equal(0, await site.MetricAsync("weir_jail_bans"));
        await site.AssertGoodIsServedAsync();

        await using var rest = await Crowd.OpenAsync(site.Gateway.EndPoint, Site.Attacker, Crowd.Within(10_000) - first.Count, half);
        await site.UntilAsync(() => rest.Ended == rest.Count, "all further ones are ended");
        Assert.Equal(1, await site.MetricAsync("weir_jail_bans"));
        Assert.True(await site.MetricAsync("weir_connections_refused_total") >= rest.Count);
        Assert.Equal(0, await Wire.StatusAsync(site.Gateway.EndPoint, Site.Attacker, Wire.Page));
        await site.AssertGoodIsServedAsync();
        site.AssertGrewByAtMost(100);
    }

    [Fact]
    public async Task A_rule_bounds_the_downloads_of_one_reader_and_a_minimum_rate_ends_those_that_stall()
    {
        await using var site = await Site.StartAsync(
            """{ "Throttle": { "Enabled": true, "PageCount": 0, "SiteCount": 0, "Rules": [ { "Name": "downloads", "Scope": "Path", "Path": "/page/6m", "ConcurrentRequests": 10 } ] } }""",
            """{ "Limits": { "MinResponseDataRate": { "BytesPerSecond": 1000000, "GracePeriod": "00:00:02" } } }""");
        await site.AddPageAsync("6m", 6 << 20);
        await using var crowd = await Crowd.OpenAsync(site.Gateway.EndPoint, Site.Attacker, 100, Wire.Request("/page/6m"), read: false);

        await site.UntilAsync(async () => await site.MetricAsync("weir_throttle_refused_total") >= crowd.Count - 10, "all above the bound are refused");
        await site.AssertGoodIsServedAsync();
        // None of the ten reads, so each is ended: with the default rate that would take hours.
        await site.UntilAsync(
            async () => await site.MetricAsync("http_server_active_requests") <= 1 && await site.MetricAsync("weir_buffering_memory_bytes") == 0,
            "the stalled readers are ended");
        crowd.ReadOn();
        await site.UntilAsync(() => crowd.Ended == crowd.Count, "all see the end");
        await site.AssertGoodIsServedAsync();
        site.AssertGrewByAtMost(100);
    }
}
