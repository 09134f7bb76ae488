using System.Net;
using Weir.Policies.Contracts;
using Weir.Policies.Firewall;

namespace Weir.Policies.Tests.Firewall;

public sealed class DesiredSetTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task The_first_change_is_everything_and_the_next_ones_are_what_changed()
    {
        await using var slice = new SliceParts();
        slice.Bans.Add("192.0.2.1/32", Hour);
        Assert.Equal(["192.0.2.1/32"], Names(slice.Desired.Take(100).Whole));
        Assert.True(slice.Desired.Take(100).IsEmpty);

        slice.Bans.Add("192.0.2.2/32", Hour);
        slice.Bans.Remove("192.0.2.1/32");
        var change = slice.Desired.Take(100);

        Assert.Null(change.Whole);
        Assert.Null(change.Networks);
        Assert.Equal([("192.0.2.1/32", false), ("192.0.2.2/32", true)],
            change.Clients.Select(c => (c.Network.ToString(), c.Ban is not null)).OrderBy(c => c.Item1, StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_batch_has_no_more_clients_than_asked_for_and_the_rest_follows()
    {
        await using var slice = new SliceParts();
        slice.Desired.Take(1);
        for (var i = 0; i < 25; i++)
            slice.Bans.Add($"192.0.2.{i}/32", Hour);

        Assert.Equal([10, 10, 5, 0], Enumerable.Range(0, 4).Select(_ => slice.Desired.Take(10).Clients.Count));
    }

    [Fact]
    public async Task Only_bans_that_may_leave_the_gateway_are_wanted()
    {
        await using var slice = new SliceParts(new FirewallOptions { Never = ["198.51.100.7", "127.0.0.0/8"] }, new TrustedAddress("203.0.113.1"));
        slice.Bans.Add("192.0.2.1/32", Hour, isDirect: false);
        slice.Bans.Add("198.51.100.7/32", Hour);
        slice.Bans.Add("198.51.100.0/24", Hour);
        slice.Bans.Add("127.0.0.1/32", Hour);
        slice.Bans.Add("203.0.113.1/32", Hour);
        slice.Bans.Add("8.0.0.0/7", Hour);
        slice.Bans.Add("0.0.0.0/0", Hour);
        slice.Bans.Add("::/0", Hour);
        slice.Bans.Add("2000::/15", Hour);
        slice.Bans.Add("11.0.0.0/8", Hour);

        Assert.Equal(["11.0.0.0/8"], Names(slice.Desired.Snapshot()));
        Assert.Equal((1, 3, 1, 4), (slice.Metric("weir.firewall.left_out/indirect"), slice.Metric("weir.firewall.left_out/never"),
            slice.Metric("weir.firewall.left_out/trusted"), slice.Metric("weir.firewall.left_out/too_large")));
    }

    [Fact]
    public async Task An_address_that_the_gateway_needs_is_not_wanted_nor_a_network_that_has_one()
    {
        await using var slice = new SliceParts(own: new OwnAddress("192.0.2.80"));
        slice.Bans.Add("192.0.2.80/32", Hour);
        slice.Bans.Add("192.0.2.0/24", Hour);
        slice.Bans.Add("192.0.2.81/32", Hour);

        Assert.Equal(["192.0.2.81/32"], Names(slice.Desired.Snapshot()));
        Assert.Equal(2, slice.Metric("weir.firewall.left_out/own"));
    }

    [Fact]
    public async Task A_client_that_is_banned_anew_behind_a_proxy_leaves_the_kernel()
    {
        await using var slice = new SliceParts();
        slice.Bans.Add("192.0.2.1/32", Hour);
        slice.Desired.Take(10);

        slice.Bans.Add("192.0.2.1/32", Hour * 2, isDirect: false);

        Assert.Null(Assert.Single(slice.Desired.Take(10).Clients).Ban);
    }

    [Fact]
    public async Task When_it_is_full_those_that_end_soonest_go()
    {
        await using var slice = new SliceParts(new FirewallOptions { MaxEntries = 3 });
        slice.Bans.Add("192.0.2.1/32", Hour * 2);
        slice.Bans.Add("192.0.2.2/32", Hour);
        slice.Bans.Add("192.0.2.3/32", null);
        slice.Bans.Add("192.0.2.4/32", Hour * 3);
        slice.Bans.Add("192.0.2.5/32", TimeSpan.FromMinutes(1));

        Assert.Equal(["192.0.2.1/32", "192.0.2.3/32", "192.0.2.4/32"], Names(slice.Desired.Snapshot()));
        Assert.Equal(2, slice.Metric("weir.firewall.left_out/full"));
    }

    [Fact]
    public async Task Networks_past_their_own_bound_give_way_to_those_that_end_later()
    {
        await using var slice = new SliceParts(listen: false);
        var bans = Enumerable.Range(0, DesiredSet.MaxNetworks + 2)
            .Select(i => BanList.Ban($"10.{i >> 8}.{i & 255}.0/24", slice.Time.GetUtcNow(), Hour + TimeSpan.FromSeconds(i))).ToList();

        foreach (var ban in bans)
            slice.Desired.OnChange(BanChangeKind.Added, ban);

        var wanted = slice.Desired.Snapshot().Select(b => b.Network).ToHashSet();
        Assert.Equal(DesiredSet.MaxNetworks, wanted.Count);
        Assert.DoesNotContain(bans[0].Network, wanted);
        Assert.DoesNotContain(bans[1].Network, wanted);
        Assert.Equal(2, slice.Metric("weir.firewall.left_out/full"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Feeds_choose_what_the_kernel_has(int seed)
    {
        await using var slice = new SliceParts(new FirewallOptions { MaxEntries = 40 });
        var random = new Random(seed);
        for (var i = 0; i < 120; i++)
        {
            TimeSpan? length = random.Next(6) == 0 ? null : TimeSpan.FromMinutes(random.Next(1, 20));
            slice.Bans.Add(random.Next(4) == 0 ? $"10.{i}.0.0/16" : $"192.0.2.{i}/32", length, isDirect: random.Next(8) != 0);
        }

        using var filter = new BanFilter(slice.Options, []);
        var chosen = BanChoice.Of(slice.Bans.List(), filter, 40, slice.Time.GetUtcNow());

        Assert.Equal(40, chosen.Count);
        Assert.Equal(chosen.Select(b => b.Network.ToString()).Order(StringComparer.Ordinal), Names(slice.Desired.Snapshot()));
    }

    [Fact]
    public async Task A_choice_keeps_the_bound_of_networks()
    {
        await using var slice = new SliceParts(listen: false);
        using var filter = new BanFilter(slice.Options, []);
        var now = slice.Time.GetUtcNow();
        var bans = Enumerable.Range(0, DesiredSet.MaxNetworks + 2).Select(i => BanList.Ban($"10.{i >> 8}.{i & 255}.0/24", now, Hour + TimeSpan.FromSeconds(i)))
            .Append(BanList.Ban("192.0.2.1/32", now, TimeSpan.FromMinutes(1))).ToList();

        var chosen = BanChoice.Of(bans, filter, 65_536, now);

        Assert.Equal(DesiredSet.MaxNetworks + 1, chosen.Count);
        Assert.DoesNotContain(bans[1], chosen);
        Assert.Equal("192.0.2.1/32", chosen[^1].Network.ToString());
    }

    [Fact]
    public async Task Of_bans_with_the_same_end_the_newest_stay()
    {
        await using var slice = new SliceParts(new FirewallOptions { MaxEntries = 2 }, listen: false);
        for (var i = 0; i < 5; i++)
            slice.Bans.Add($"192.0.2.{i}/32", null);

        slice.Desired.Rebuild(slice.Bans.List);

        Assert.Equal(["192.0.2.3/32", "192.0.2.4/32"], Names(slice.Desired.Snapshot()));
    }

    [Fact]
    public async Task What_changes_while_the_list_is_copied_is_as_the_change_says()
    {
        await using var slice = new SliceParts();
        slice.Bans.Add("192.0.2.1/32", Hour);
        slice.Bans.Add("192.0.2.2/32", Hour);
        slice.Bans.Add("192.0.2.3/32", Hour);

        slice.Desired.Rebuild(() =>
        {
            var copy = slice.Bans.List();
            slice.Bans.Remove("192.0.2.1/32");
            slice.Bans.Add("192.0.2.4/32", Hour);
            slice.Bans.Add("192.0.2.5/32", Hour);
            slice.Bans.Remove("192.0.2.5/32");
            slice.Bans.Remove("192.0.2.3/32");
            slice.Bans.Add("192.0.2.3/32", Hour * 2);
            return copy;
        });

        Assert.Equal(["192.0.2.2/32", "192.0.2.3/32", "192.0.2.4/32"], Names(slice.Desired.Take(10).Whole));
        Assert.Equal(slice.Time.GetUtcNow() + Hour * 2, slice.Desired.Snapshot().Single(b => b.Network.BaseAddress.ToString() == "192.0.2.3").Until);
    }

    [Fact]
    public async Task A_ban_is_counted_as_left_out_once_however_often_the_list_is_gone_through()
    {
        await using var slice = new SliceParts(new FirewallOptions { MaxEntries = 2 });
        slice.Bans.Add("192.0.2.1/32", Hour, isDirect: false);
        for (var i = 2; i < 5; i++)
            slice.Bans.Add($"192.0.2.{i}/32", Hour * i);

        slice.Desired.Rebuild(slice.Bans.List);
        slice.Desired.Refill(slice.Bans.List);
        Assert.Equal((1, 1), (slice.Metric("weir.firewall.left_out/indirect"), slice.Metric("weir.firewall.left_out/full")));
        slice.Options.Publish(new FirewallOptions { Never = ["192.0.2.4"], MaxEntries = 2 });
        slice.Desired.Rebuild(slice.Bans.List);

        Assert.Equal((1, 1), (slice.Metric("weir.firewall.left_out/indirect"), slice.Metric("weir.firewall.left_out/never")));
    }

    [Fact]
    public async Task Who_found_no_room_comes_in_when_there_is_some_and_nobody_else_is_told_again()
    {
        await using var slice = new SliceParts(new FirewallOptions { MaxEntries = 2 });
        slice.Bans.Add("192.0.2.1/32", Hour);
        slice.Bans.Add("192.0.2.2/32", Hour * 2);
        slice.Bans.Add("192.0.2.3/32", Hour * 3);
        Assert.Equal(["192.0.2.2/32", "192.0.2.3/32"], Names(slice.Desired.Take(10).Whole));
        Assert.False(slice.Desired.HasRoomForLeftOut);
        slice.Bans.Remove("192.0.2.3/32");
        Assert.Single(slice.Desired.Take(10).Clients);
        Assert.True(slice.Desired.HasRoomForLeftOut);

        slice.Desired.Refill(slice.Bans.List);

        var change = slice.Desired.Take(10);
        Assert.Null(change.Whole);
        Assert.Equal("192.0.2.1/32", Assert.Single(change.Clients).Network.ToString());
        Assert.False(slice.Desired.HasRoomForLeftOut);
    }

    [Fact]
    public async Task Changes_that_nobody_takes_become_the_whole_set()
    {
        await using var slice = new SliceParts(new FirewallOptions { MaxEntries = 10 });
        slice.Desired.Take(1);
        for (var i = 0; i < 200; i++)
            slice.Bans.Add($"192.0.2.{i}/32", Hour + TimeSpan.FromSeconds(i));

        Assert.Equal(10, slice.Desired.Take(1).Whole!.Count);
    }

    [Fact]
    public async Task A_network_within_another_comes_in_when_the_larger_one_ends()
    {
        await using var slice = new SliceParts();
        slice.Desired.Take(1);
        slice.Bans.Add("10.1.0.0/24", Hour * 2);
        slice.Bans.Add("10.1.0.0/16", Hour);
        slice.Bans.Add("10.1.0.0/25", Hour);
        Assert.Equal(["10.1.0.0/16"], Names(slice.Desired.Take(1).Networks));

        slice.Clock.Advance(Hour);

        Assert.Equal(["10.1.0.0/24"], Names(slice.Desired.Take(1).Networks));
    }

    [Fact]
    public async Task An_ended_ban_is_wanted_no_longer_even_if_nobody_says_so()
    {
        await using var slice = new SliceParts();
        slice.Bans.Add("192.0.2.1/32", Hour);
        slice.Clock.Advance(Hour);
        Assert.Empty(slice.Desired.Snapshot());
        slice.Desired.OnChange(BanChangeKind.Added, BanList.Ban("192.0.2.2/32", slice.Time.GetUtcNow() - Hour, TimeSpan.FromMinutes(1)));
        Assert.Equal(0, slice.Desired.Count);
    }

    [Fact]
    public async Task An_IPv4_address_written_as_IPv6_is_the_same_client()
    {
        await using var slice = new SliceParts();
        slice.Bans.Add("::ffff:192.0.2.1/128", Hour);
        Assert.Equal(["192.0.2.1/32"], Names(slice.Desired.Snapshot()));
        slice.Desired.OnChange(BanChangeKind.Expired, BanList.Ban("192.0.2.1/32", slice.Time.GetUtcNow(), Hour));
        Assert.Equal(0, slice.Desired.Count);
    }

    [Fact]
    public async Task The_enforcers_bound_counts_when_it_is_lower()
    {
        await using var slice = new SliceParts(new FirewallOptions { MaxEntries = 10 });
        slice.Desired.EnforcerMax = 2;
        for (var i = 0; i < 5; i++)
            slice.Bans.Add($"192.0.2.{i}/32", Hour);
        Assert.Equal(2, slice.Desired.Count);
    }

    private static IEnumerable<string> Names(List<KernelBan>? bans) => bans!.Select(b => b.Network.ToString()).Order(StringComparer.Ordinal);

    private sealed class TrustedAddress(string address) : IClientRules
    {
        public ulong KeyOf(IPAddress? address) => 0;

        public IPNetwork NetworkOf(IPAddress address) => new(address, 32);

        public bool IsTrusted(IPAddress? candidate) => IPAddress.Parse(address).Equals(candidate);
    }
}
