namespace Weir.Functional.Firewall;

/// <summary>Gateway process, enforcer, kernel and client, nothing left out: from an operator's ban to a packet that is dropped.</summary>
public sealed class WholeGatewayTests
{
    private const string Client = Namespaces.ClientAddress;
    private const string Other = Namespaces.OtherClientAddress;

    [Fact]
    public async Task A_client_that_is_banned_by_the_api_cannot_connect_others_can_and_it_comes_back_when_its_time_is_over()
    {
        await using var site = await GuardedSite.StartAsync();
        await site.UntilAsync(Client, "200");
        await site.UntilAsync(Other, "200");

        Assert.Equal("200", await site.BanAsync(Client, TimeSpan.FromSeconds(10)));
        await site.UntilAsync(Client, "dropped");
        await site.UntilAsync(Other, "200");

        await site.UntilAsync(Client, "200");
        Assert.True(await site.MetricAsync("weir_firewall_dropped_total") > 0, site.Log);
        Assert.DoesNotContain(Client, await site.Namespaces.NftAsync("list", "table", "inet", "weir"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bans_survive_a_restart_of_the_gateway_and_one_lifted_while_it_was_down_leaves_the_kernel()
    {
        await using var site = await GuardedSite.StartAsync();
        Assert.StartsWith($"{Client}: banned until", await site.BansAsync("add", Client, "--duration", "10m"), StringComparison.Ordinal);
        await site.UntilAsync(Client, "dropped");
        await site.StopGatewayAsync();
        Assert.Equal("dropped", await site.AskAsync(Client));
        var before = await File.ReadAllBytesAsync(site.StateFile);

        await site.StartGatewayAsync();
        Assert.Equal("dropped", await site.AskAsync(Client));
        Assert.Contains(Client, await site.BansAsync("list"), StringComparison.Ordinal);
        Assert.StartsWith($"{Other}: banned until", await site.BansAsync("add", Other, "--duration", "10m"), StringComparison.Ordinal);
        await site.UntilAsync(Other, "dropped");
        await site.StopGatewayAsync();
        Assert.Equal("dropped", await site.AskAsync(Other));

        // The operator takes yesterday's file: the second ban is not in it, and nobody has told the kernel.
        await File.WriteAllBytesAsync(site.StateFile, before);
        await site.StartGatewayAsync();
        await site.UntilAsync(Other, "200");
        Assert.Equal("dropped", await site.AskAsync(Client));

        await site.BansAsync("remove", Client);
        await site.UntilAsync(Client, "200");
    }
}
