namespace Weir.Functional.Edge;

/// <summary>Ten thousand connections from one address, or as many as the descriptors of the machine allow.</summary>
[Collection(EdgeCollection.Name)]
public sealed class ManyConnectionsTests
{
    [Fact]
    public async Task Ten_thousand_idle_connections_from_one_address_cost_kilobytes_each_and_others_are_served()
    {
        await using var site = await Site.StartAsync();
        await using var crowd = await Crowd.OpenAsync(site.Gateway.EndPoint, Site.Attacker, Crowd.Within(10_000), []);

        await site.UntilAsync(async () => await site.MetricAsync("kestrel_active_connections") >= crowd.Count - crowd.Refused, "all are held");
        Assert.Equal(0, crowd.Refused);
        await site.AssertGoodIsServedAsync();
        // 20 KB each.
        site.AssertGrewByAtMost(50 + crowd.Count * 20 / 1024);
    }

    [Fact]
    public async Task A_bound_per_address_holds_no_more_than_that_of_ten_thousand_and_others_are_served()
    {
        await using var site = await Site.StartAsync("""{ "Throttle": { "Enabled": true, "PageCount": 0, "SiteCount": 0, "Connections": { "PerAddress": 100 } } }""");
        await using var crowd = await Crowd.OpenAsync(site.Gateway.EndPoint, Site.Attacker, Crowd.Within(10_000), []);

        await site.UntilAsync(() => crowd.Ended >= crowd.Count - 100, "all above the bound are ended");
        await site.UntilAsync(async () => await site.MetricAsync("kestrel_active_connections") <= 110, "no more than the bound is held");
        Assert.True(await site.MetricAsync("weir_throttle_connections_refused_total") >= crowd.Count - 100);
        await site.AssertGoodIsServedAsync();
        site.AssertGrewByAtMost(100);
    }

    [Fact]
    public async Task A_jail_bans_who_goes_on_connecting()
    {
        await using var site = await Site.StartAsync("""
            {
              "Throttle": { "Enabled": true, "PageCount": 0, "SiteCount": 0, "Connections": { "PerAddress": 100 } },
              "Jail": { "StateFile": "", "Jails": { "floods": { "Offences": ["Throttle"], "MaxRetry": 50, "BanTime": "01:00:00" } } }
            }
            """);
        await using var crowd = await Crowd.OpenAsync(site.Gateway.EndPoint, Site.Attacker, 1000, []);

        await site.UntilAsync(async () => await site.MetricAsync("weir_jail_bans") == 1, "the attacker is banned");
        Assert.Equal(0, await Wire.StatusAsync(site.Gateway.EndPoint, Site.Attacker, Wire.Page));
        await site.AssertGoodIsServedAsync();
        Assert.Equal(1, await site.MetricAsync("weir_jail_bans"));
    }
}
