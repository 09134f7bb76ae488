using System.Diagnostics;
using Weir.Policies.Firewall;

namespace Weir.Functional.Firewall;

/// <summary>Real packets, a real nftables and the enforcer as a user without any power but CAP_NET_ADMIN.</summary>
public sealed class KernelTests
{
    private const string Client = Namespaces.ClientAddress;
    private const string Other = Namespaces.OtherClientAddress;
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task A_banned_client_gets_nothing_more_and_comes_back_when_its_time_is_over()
    {
        await using var farm = await Enforced.StartAsync();
        await using var gateway = await Gateway.StartAsync(farm.Socket);
        Assert.True(await farm.CanConnectAsync(Client));
        await using var established = farm.Connect(Client);
        await established.UntilAsync(lines => lines.Contains("connected"));
        await established.WriteAsync("before");
        await established.UntilAsync(lines => lines.Contains("ok"));

        gateway.Bans.Add($"{Client}/32", TimeSpan.FromSeconds(12));
        await farm.UntilAsync(Client, canConnect: false);

        await established.WriteAsync("after");
        await established.UntilAsync(lines => lines.Contains("silent"));
        Assert.True(await farm.CanConnectAsync(Other));
        await farm.UntilAsync(Client, canConnect: true);
    }

    [Fact]
    public async Task With_its_ports_named_a_banned_server_still_answers_the_gateway()
    {
        const string Listener = "use IO::Socket::IP; $| = 1; alarm 120; my $l = IO::Socket::IP->new(LocalHost => '10.77.0.2', LocalPort => 8081, Listen => 8, ReuseAddr => 1) or die; print \"listening\\n\"; while (my $c = $l->accept) { $c->autoflush(1); while (<$c>) { print $c \"answer\\n\" } }";
        const string Ask = "use IO::Socket::IP; $| = 1; alarm 60; my $c = IO::Socket::IP->new(PeerHost => '10.77.0.2', PeerPort => 8081, Timeout => 5); if (!$c) { print \"refused\\n\"; exit } print $c \"x\\n\"; print scalar <$c>";
        await using var farm = await Enforced.StartAsync("--port", "8080", "--port", "8443");
        await using var gateway = await Gateway.StartAsync(farm.Socket);
        await using var server = new Child("ip", "netns", "exec", farm.Namespaces.Client, "perl", "-e", Listener);
        await server.UntilAsync(lines => lines.Contains("listening"));
        await using var established = farm.Connect(Client);
        await established.UntilAsync(lines => lines.Contains("connected"));

        gateway.Bans.Add($"{Client}/32", Long);
        await farm.UntilAsync(Client, canConnect: false);

        await established.WriteAsync("after");
        await established.UntilAsync(lines => lines.Contains("silent"));
        await using var request = new Child("ip", "netns", "exec", farm.Namespaces.Server, "perl", "-e", Ask);
        await request.UntilAsync(lines => lines.Contains("answer"));
        await using var client = await EnforcerClient.ConnectAsync(farm.Socket, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Single((await client.ListAsync(TestContext.Current.CancellationToken)).Elements);
    }

    [Fact]
    public async Task An_IPv6_client_is_banned_by_its_network_and_a_lifted_ban_lets_it_in()
    {
        await using var farm = await Enforced.StartAsync();
        await using var gateway = await Gateway.StartAsync(farm.Socket);

        gateway.Bans.Add("fd77:0:0:1::/64", Long);
        await farm.UntilAsync(Namespaces.ClientAddress6, canConnect: false);
        gateway.Bans.Remove("fd77:0:0:1::/64");

        await farm.UntilAsync(Namespaces.ClientAddress6, canConnect: true);
    }

    [Fact]
    public async Task A_network_within_another_stays_banned_when_the_larger_one_is_lifted()
    {
        await using var farm = await Enforced.StartAsync();
        await using var gateway = await Gateway.StartAsync(farm.Socket);

        gateway.Bans.Add($"{Client}/31", Long);
        gateway.Bans.Add("10.77.0.0/24", null);
        await farm.UntilAsync(Other, canConnect: false);
        gateway.Bans.Add($"{Client}/32", Long);
        gateway.Bans.Remove($"{Client}/31");
        gateway.Bans.Remove("10.77.0.0/24");

        await farm.UntilAsync(Other, canConnect: true);
        Assert.False(await farm.CanConnectAsync(Client));
    }

    [Fact]
    public async Task Bans_hold_while_gateway_and_enforcer_are_away_and_the_next_gateway_corrects_them()
    {
        await using var farm = await Enforced.StartAsync();
        await using (var gateway = await Gateway.StartAsync(farm.Socket))
        {
            gateway.Bans.Add($"{Client}/32", Long);
            gateway.Bans.Add($"{Other}/32", Long);
            await farm.UntilAsync(Client, canConnect: false);
            await farm.UntilAsync(Other, canConnect: false);
        }

        await farm.StopEnforcerAsync("KILL");
        Assert.False(await farm.CanConnectAsync(Client));
        await farm.StartEnforcerAsync();
        Assert.False(await farm.CanConnectAsync(Client));

        await using var next = await Gateway.StartAsync(farm.Socket, bans => bans.Add($"{Client}/32", TimeSpan.FromHours(2)));
        await farm.UntilAsync(Other, canConnect: true);
        Assert.False(await farm.CanConnectAsync(Client));
        await using var client = await EnforcerClient.ConnectAsync(farm.Socket, TimeProvider.System, TestContext.Current.CancellationToken);
        var listing = await client.ListAsync(TestContext.Current.CancellationToken);
        Assert.InRange(Assert.Single(listing.Elements).Value!.Value, 7100, 7200);
        Assert.True(listing.Packets > 0);
    }

    [Fact]
    public async Task A_table_that_somebody_flushed_is_made_again()
    {
        await using var farm = await Enforced.StartAsync();
        await using var gateway = await Gateway.StartAsync(farm.Socket, reconcile: TimeSpan.FromMilliseconds(300));
        gateway.Bans.Add($"{Client}/32", Long);
        await farm.UntilAsync(Client, canConnect: false);

        await farm.Namespaces.NftAsync("flush", "ruleset");
        await farm.UntilAsync(Client, canConnect: false);
        await farm.Namespaces.NftAsync("flush", "chain", "inet", "weir", "prerouting");
        await farm.UntilAsync(Client, canConnect: false);
        await farm.Namespaces.NftAsync("flush", "set", "inet", "weir", "clients4");
        await farm.UntilAsync(Client, canConnect: false);
        await farm.Namespaces.NftAsync("add", "element", "inet", "weir", "clients4", $"{{ {Other} }}");
        await farm.UntilAsync(Other, canConnect: true);
    }

    [Fact]
    public async Task An_enforcer_that_comes_back_is_told_everything()
    {
        await using var farm = await Enforced.StartAsync("--flush-on-exit");
        await using var gateway = await Gateway.StartAsync(farm.Socket);
        gateway.Bans.Add($"{Client}/32", Long);
        await farm.UntilAsync(Client, canConnect: false);

        await farm.StopEnforcerAsync("TERM");
        Assert.True(await farm.CanConnectAsync(Client));
        gateway.Bans.Add($"{Other}/32", Long);
        await farm.StartEnforcerAsync();

        await farm.UntilAsync(Client, canConnect: false);
        await farm.UntilAsync(Other, canConnect: false);
        Assert.Equal(FirewallState.Active, gateway.Status.State);
    }

    [Fact]
    public async Task A_shorter_and_a_longer_time_replace_the_old_one()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var farm = await Enforced.StartAsync();
        await using var client = await EnforcerClient.ConnectAsync(farm.Socket, TimeProvider.System, cancel);
        var network = System.Net.IPNetwork.Parse($"{Client}/32");
        foreach (var seconds in new[] { 600, 6000, 60 })
        {
            await client.ApplyAsync([(network, new KernelBan(network, TimeProvider.System.GetUtcNow().AddSeconds(seconds)))], cancel);
            Assert.InRange((await client.ListAsync(cancel)).Elements[network]!.Value, seconds - 30, seconds);
        }

        await client.ApplyAsync([(network, null)], cancel);
        await client.ApplyAsync([(network, null)], cancel);
        Assert.Empty((await client.ListAsync(cancel)).Elements);
    }

    [Fact]
    public async Task Ten_thousand_bans_go_in_whole_and_change_in_small_batches()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var farm = await Enforced.StartAsync();
        await using var client = await EnforcerClient.ConnectAsync(farm.Socket, TimeProvider.System, cancel);
        var until = TimeProvider.System.GetUtcNow().AddHours(1);
        var bans = Enumerable.Range(0, 10_000)
            .Select(i => new KernelBan(System.Net.IPNetwork.Parse($"10.{100 + i / 65536}.{i / 256 % 256}.{i % 256}/32"), until)).ToList();

        var whole = await TimeAsync(() => client.SyncAsync(bans, cancel));
        var batch = await TimeAsync(() => client.ApplyAsync([.. bans.Take(10).Select(b => (b.Network, (KernelBan?)b))], cancel));
        EnforcerListing? listing = null;
        var list = await TimeAsync(async () => listing = await client.ListAsync(cancel));
        TestContext.Current.TestOutputHelper?.WriteLine($"10000 bans: whole {whole:F0} ms, a batch of 10 {batch:F0} ms, list {list:F0} ms");
        Assert.Equal(10_000, listing!.Elements.Count);
    }

    [Fact]
    public async Task Without_the_capability_it_says_what_is_missing_and_ends()
    {
        await using var farm = await Enforced.StartAsync();
        await farm.StopEnforcerAsync("TERM");

        await using var powerless = farm.StartEnforcer("-net_admin");

        Assert.Equal(1, await powerless.ExitAsync());
        await powerless.UntilAsync(lines => lines.Any(l => l.Contains("Run the enforcer with CAP_NET_ADMIN", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Without_nft_it_says_so_and_ends()
    {
        await using var farm = await Enforced.StartAsync();
        await farm.StopEnforcerAsync("TERM");

        await using var enforcer = farm.StartEnforcer("+net_admin", "--nft", "/nonexistent/nft");

        Assert.Equal(1, await enforcer.ExitAsync());
        await enforcer.UntilAsync(lines => lines.Any(l => l.Contains("nft cannot be run: '/nonexistent/nft'", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Only_the_users_that_it_names_may_connect()
    {
        await using var farm = await Enforced.StartAsync("--allow-uid", "4242");
        await using var gateway = await Gateway.StartAsync(farm.Socket);
        gateway.Bans.Add($"{Client}/32", Long);

        await farm.Enforcer.UntilAsync(lines => lines.Any(l => l.Contains("user id 0 was refused", StringComparison.Ordinal)));

        Assert.True(await farm.CanConnectAsync(Client));
        Assert.NotEqual(FirewallState.Active, gateway.Status.State);
    }

    private static async Task<double> TimeAsync(Func<Task> action)
    {
        var clock = Stopwatch.StartNew();
        await action();
        return clock.Elapsed.TotalMilliseconds;
    }
}
