using System.Diagnostics;
using Weir.Policies.Firewall;

namespace Weir.Policies.Tests.Firewall;

public sealed class FirewallServiceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_banned_at_the_start_goes_whole_and_what_follows_in_batches()
    {
        await using var nft = await ScriptedNft.StartAsync();
        await using var slice = Slice(nft);
        slice.Bans.Add("192.0.2.1/32", null);
        await slice.Service.StartAsync(Cancel);
        await UntilAsync(() => nft.Script.Contains("add element inet weir clients4 { 192.0.2.1 }", StringComparison.Ordinal));

        slice.Bans.Add("192.0.2.2/32", null);
        slice.Bans.Add("10.0.0.0/16", null);
        await UntilAsync(() => nft.Script.Contains("add element inet weir clients4 { 192.0.2.2 }", StringComparison.Ordinal));
        await UntilAsync(() => nft.Script.Contains("add element inet weir networks4 { 10.0.0.0/16 }", StringComparison.Ordinal));
        await UntilAsync(() => slice.Status.State == FirewallState.Active);
        // The kernel has a batch before it is counted, and the end of the service would cut it off there.
        await UntilAsync(() => slice.Metric("weir.firewall.batches/ok") >= 2);

        await slice.Service.StopAsync(Cancel);
        Assert.Equal((1, 3), (slice.Metric("weir.firewall.active"), slice.Metric("weir.firewall.entries")));
    }

    [Fact]
    public async Task Without_an_enforcer_it_is_away_says_where_it_looked_and_finds_it_later()
    {
        await using var nft = await ScriptedNft.StartAsync();
        await using var slice = Slice(nft);
        var there = slice.Options.CurrentValue.Socket;
        slice.Options.Publish(new FirewallOptions { Enabled = true, Socket = there + ".none", Tick = TimeSpan.FromMilliseconds(20) });
        await slice.Service.StartAsync(Cancel);
        await UntilAsync(() => slice.Status.State == FirewallState.Away);
        Assert.Contains($"nobody answers at {there}.none", slice.Status.Describe(), StringComparison.Ordinal);
        Assert.True(slice.Metric("weir.firewall.batches/failed") >= 1);

        slice.Options.Publish(new FirewallOptions { Enabled = true, Socket = there, Tick = TimeSpan.FromMilliseconds(20) });

        await UntilAsync(() => slice.Status.State == FirewallState.Active);
        Assert.Null(slice.Status.LastError);
        await slice.Service.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_list_that_differs_is_replaced_and_counted()
    {
        await using var nft = await ScriptedNft.StartAsync();
        await using var slice = Slice(nft, TimeSpan.FromMilliseconds(100));
        slice.Bans.Add("192.0.2.1/32", null);
        await slice.Service.StartAsync(Cancel);

        await UntilAsync(() => slice.Metric("weir.firewall.repairs") >= 1);

        await slice.Service.StopAsync(Cancel);
        Assert.Equal(7, slice.Metric("weir.firewall.dropped"));
    }

    [Fact]
    public async Task What_the_enforcer_refuses_is_counted_and_no_reason_to_repair()
    {
        await using var nft = await ScriptedNft.StartAsync(100, "192.0.2.0/24");
        await using var slice = Slice(nft, TimeSpan.FromMilliseconds(100));
        slice.Bans.Add("192.0.2.1/32", null);
        await slice.Service.StartAsync(Cancel);

        await UntilAsync(() => slice.Metric("weir.firewall.dropped") == 7);

        await slice.Service.StopAsync(Cancel);
        Assert.Equal((1, 0), (slice.Metric("weir.firewall.left_out/enforcer"), slice.Metric("weir.firewall.repairs")));
    }

    [Fact]
    public async Task Bans_that_may_not_go_out_are_no_reason_to_send_the_rest_again()
    {
        await using var nft = await ScriptedNft.StartAsync();
        await using var slice = Slice(nft, TimeSpan.FromMilliseconds(100));
        slice.Bans.Add("192.0.2.1/32", null, isDirect: false);
        await slice.Service.StartAsync(Cancel);
        await UntilAsync(() => slice.Status.State == FirewallState.Active && slice.Metric("weir.firewall.batches/ok") == 1);
        nft.Forget();

        nft.Counts(11);
        await UntilAsync(() => slice.Metric("weir.firewall.dropped") == 11);
        nft.Counts(12);
        await UntilAsync(() => slice.Metric("weir.firewall.dropped") == 12);
        nft.Counts(13);
        await UntilAsync(() => slice.Metric("weir.firewall.dropped") == 13);

        await slice.Service.StopAsync(Cancel);
        Assert.Equal("", nft.Script);
        Assert.Equal((1, 1), (slice.Metric("weir.firewall.batches/ok"), slice.Metric("weir.firewall.left_out/indirect")));
    }

    [Fact]
    public async Task A_banned_address_that_becomes_a_servers_leaves_the_kernel()
    {
        await using var nft = await ScriptedNft.StartAsync();
        var own = new OwnAddress("198.51.100.1");
        await using var slice = Slice(nft, own: own);
        slice.Bans.Add("192.0.2.1/32", null);
        slice.Bans.Add("192.0.2.2/32", null);
        await slice.Service.StartAsync(Cancel);
        await UntilAsync(() => slice.Metric("weir.firewall.batches/ok") >= 1);
        nft.Forget();

        own.Becomes("192.0.2.1");

        await UntilAsync(() => nft.Script.Contains("add element inet weir clients4 { 192.0.2.2 }", StringComparison.Ordinal));
        await slice.Service.StopAsync(Cancel);
        Assert.DoesNotContain("192.0.2.1", nft.Script, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Turned_off_by_a_reload_it_empties_the_kernels_sets()
    {
        await using var nft = await ScriptedNft.StartAsync();
        await using var slice = Slice(nft);
        await slice.Service.StartAsync(Cancel);
        await UntilAsync(() => slice.Status.State == FirewallState.Active);
        nft.Forget();

        slice.Options.Publish(new FirewallOptions());

        await UntilAsync(() => slice.Status.State == FirewallState.Off);
        await slice.Service.StopAsync(Cancel);
        Assert.Contains("flush set inet weir clients4", nft.Script, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Off_from_the_start_it_empties_once_what_an_earlier_gateway_left()
    {
        await using var nft = await ScriptedNft.StartAsync();
        await using var slice = Slice(nft);
        slice.Options.Publish(new FirewallOptions { Socket = nft.Socket });
        nft.Forget();
        await slice.Service.StartAsync(Cancel);

        await UntilAsync(() => nft.Script.Contains("flush set inet weir clients4", StringComparison.Ordinal));
        nft.Forget();
        slice.Options.Publish(new FirewallOptions { Enabled = true, Socket = nft.Socket, Tick = TimeSpan.FromMilliseconds(20) });
        await UntilAsync(() => slice.Status.State == FirewallState.Active);

        await slice.Service.StopAsync(Cancel);
        // The set that it sends when it is on empties them too, once.
        Assert.Single(nft.Script.Split('\n'), l => l == "flush set inet weir clients4");
    }

    [Fact]
    public async Task Off_and_without_an_enforcer_it_is_off_and_nothing_failed()
    {
        await using var slice = new SliceParts(new FirewallOptions { Socket = "/nonexistent/socket" }, time: TimeProvider.System);
        await slice.Service.StartAsync(Cancel);
        await UntilAsync(() => slice.Status.Since is not null);
        await slice.Service.StopAsync(Cancel);

        Assert.Equal((FirewallState.Off, null), (slice.Status.State, slice.Status.LastError));
        Assert.Equal(0, slice.Metric("weir.firewall.batches/failed"));
    }

    [Fact]
    public void Ends_within_the_tolerance_are_equal_and_what_is_about_to_end_may_be_there_or_not()
    {
        var now = DateTimeOffset.UnixEpoch;
        KernelBan Ban(string network, int? seconds) => new(System.Net.IPNetwork.Parse(network), seconds is { } s ? now.AddSeconds(s) : null);
        var wanted = new List<KernelBan> { Ban("10.0.0.1/32", 60), Ban("10.0.0.2/32", 60), Ban("10.0.0.3/32", null), Ban("10.0.0.4/32", 5), Ban("10.0.0.5/32", 6) };
        var held = new Dictionary<System.Net.IPNetwork, long?>
        {
            [wanted[0].Network] = 55,
            [wanted[1].Network] = 54,
            [wanted[2].Network] = 60,
            [System.Net.IPNetwork.Parse("10.0.0.8/32")] = 5,
            [System.Net.IPNetwork.Parse("10.0.0.9/32")] = null,
        };

        Assert.Equal(new Difference(Missing: 1, Surplus: 1, Other: 2), Difference.Between(wanted, held, now, FirewallService.EndTolerance));
    }

    private static SliceParts Slice(ScriptedNft nft, TimeSpan? compare = null, OwnAddress? own = null) => new(
        new FirewallOptions { Enabled = true, Socket = nft.Socket, Tick = TimeSpan.FromMilliseconds(20), ReconcileInterval = compare ?? TimeSpan.FromHours(1) },
        time: TimeProvider.System, own: own);

    private static async Task UntilAsync(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(40), "It did not come to that in time.");
            await Task.Delay(10, Cancel);
        }
    }
}
