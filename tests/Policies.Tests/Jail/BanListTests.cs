using System.Net;
using Weir.Policies.Contracts;
using Weir.Policies.Jail.Bans;

namespace Weir.Policies.Tests.Jail;

public sealed class BanListTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public void A_banned_address_is_found_and_its_neighbour_is_not()
    {
        using var cell = new Cell();
        Assert.Null(cell.Bans.Add(cell.Ban("192.0.2.7", Hour)));
        Assert.Equal("manual", cell.Bans.Find(IPAddress.Parse("192.0.2.7"))!.Jail);
        Assert.True(cell.IsBanned("::ffff:192.0.2.7"));
        Assert.False(cell.IsBanned("192.0.2.8"));
        Assert.Null(cell.Bans.Find(null));
        Assert.Equal(1, cell.Bans.Count);
        Assert.Equal(1, cell.Metric("weir.jail.bans"));
        Assert.Equal(1, cell.Metric("weir.jail.banned jail=manual"));
    }

    [Fact]
    public void An_IPv6_host_stands_for_its_client_network_and_is_lifted_by_any_of_its_addresses()
    {
        using var cell = new Cell();
        Assert.Null(cell.Bans.Add(cell.Ban("2001:db8:1:2::7", Hour)));
        Assert.True(cell.IsBanned("2001:db8:1:2:ffff::1"));
        Assert.False(cell.IsBanned("2001:db8:1:3::7"));
        Assert.Equal("2001:db8:1:2::/64", cell.Bans.List().Single().Network.ToString());
        Assert.NotNull(cell.Bans.Remove(IPNetwork.Parse("2001:db8:1:2::9/128"), BanOrigin.Operator));
        Assert.False(cell.IsBanned("2001:db8:1:2::7"));
    }

    [Fact]
    public void A_larger_network_is_found_by_each_of_its_addresses()
    {
        using var cell = new Cell();
        Assert.Null(cell.Bans.Add(cell.Ban("198.51.100.0/24", Hour)));
        Assert.Null(cell.Bans.Add(cell.Ban("2001:db8::/32", Hour)));
        Assert.Null(cell.Bans.Add(cell.Ban("198.51.100.5", Hour, "own")));
        Assert.True(cell.IsBanned("198.51.100.255"));
        Assert.True(cell.IsBanned("2001:db8:ffff::1"));
        Assert.False(cell.IsBanned("198.51.101.0"));
        Assert.False(cell.IsBanned("2001:db9::1"));
        Assert.Equal("own", cell.Bans.Find(IPAddress.Parse("198.51.100.5"))!.Jail);
    }

    [Fact]
    public void The_largest_networks_of_one_family_can_be_banned_and_the_other_stays()
    {
        using var cell = new Cell();
        Assert.Null(cell.Bans.Add(cell.Ban("2001::/16", Hour)));
        Assert.True(cell.IsBanned("2001:db8::1"));
        Assert.False(cell.IsBanned("192.0.2.1"));
        cell.Bans.Remove(IPNetwork.Parse("2001::/16"), BanOrigin.Operator);
        Assert.Null(cell.Bans.Add(cell.Ban("192.0.0.0/8", Hour)));
        Assert.True(cell.IsBanned("192.0.2.1"));
        Assert.False(cell.IsBanned("2001:db8::1"));
    }

    [Fact]
    public void What_a_replica_says_of_a_known_ban_counts_no_ban_more_and_a_second_is_no_other_end()
    {
        using var cell = new Cell();
        var network = IPNetwork.Parse("192.0.2.7/32");
        cell.Bans.Add(cell.Ban("192.0.2.7", Hour, "scanners", BanOrigin.Jail));
        var own = cell.Bans.List().Single();
        Assert.Null(cell.Bans.Add(cell.Ban("192.0.2.7", Hour + TimeSpan.FromSeconds(1), "scanners", BanOrigin.Replica)));
        Assert.Equal(own, cell.Bans.List().Single());
        Assert.Single(cell.Heard.Changes);

        cell.Bans.Add(cell.Ban("192.0.2.7", Hour + TimeSpan.FromSeconds(2), "scanners", BanOrigin.Replica));
        Assert.Equal((own.Until + TimeSpan.FromSeconds(2), BanOrigin.Replica), (cell.Bans.List().Single().Until, cell.Bans.List().Single().Origin));
        Assert.Equal((1, 1), (cell.List.Earlier(network, null), cell.List.Earlier(network, "scanners")));
        // It knows of more bans than we do.
        cell.Bans.Add(cell.Ban("192.0.2.7", 2 * Hour, "scanners", BanOrigin.Replica) with { Count = 5 });
        Assert.Equal((5, 1), (cell.List.Earlier(network, null), cell.List.Earlier(network, "scanners")));
        // One that begins on its word is a ban.
        cell.Bans.Add(cell.Ban("192.0.2.8", Hour, "scanners", BanOrigin.Replica));
        Assert.Equal(1, cell.List.Earlier(IPNetwork.Parse("192.0.2.8/32"), "scanners"));
    }

    [Fact]
    public void A_ban_is_over_at_its_end_and_those_who_are_told_hear_it()
    {
        using var cell = new Cell();
        cell.Bans.Add(cell.Ban("192.0.2.7", TimeSpan.FromMinutes(10)));
        cell.Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));
        Assert.True(cell.IsBanned("192.0.2.7"));
        cell.Time.SkipTo(TimeSpan.FromMinutes(10));
        Assert.False(cell.IsBanned("192.0.2.7"));
        Assert.Equal(1, cell.Bans.Count);
        cell.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, cell.Bans.Count);
        Assert.Equal(["Added 192.0.2.7/32", "Expired 192.0.2.7/32"], cell.Heard.Changes);
        Assert.Contains("The ban of 192.0.2.7/32 by manual is over.", cell.Log.All, StringComparison.Ordinal);
    }

    [Fact]
    public void Bans_end_while_new_ones_come_all_the_time()
    {
        using var cell = new Cell();
        cell.Bans.Add(cell.Ban("192.0.2.7", TimeSpan.FromSeconds(1)));
        for (var i = 0; i < 50; i++)
        {
            cell.Time.Advance(TimeSpan.FromMilliseconds(100));
            cell.Bans.Add(cell.Ban($"10.1.0.{i}", Hour));
        }

        Assert.Contains("Expired 192.0.2.7/32", cell.Heard.Changes);
        Assert.Equal(50, cell.Bans.Count);
    }

    [Fact]
    public void An_ended_ban_that_is_still_in_the_list_does_not_hide_that_of_a_network_around_it()
    {
        using var cell = new Cell();
        cell.Bans.Add(cell.Ban("192.0.2.7", TimeSpan.FromMinutes(1)));
        cell.Bans.Add(cell.Ban("192.0.2.0/24", TimeSpan.FromMinutes(2)));
        cell.Bans.Add(cell.Ban("192.0.0.0/16", TimeSpan.FromMinutes(3), "outer"));
        cell.Time.SkipTo(TimeSpan.FromMinutes(1));
        Assert.Equal("192.0.2.0/24", cell.Bans.Find(IPAddress.Parse("192.0.2.7"))!.Network.ToString());
        cell.Time.SkipTo(TimeSpan.FromMinutes(2));
        Assert.Equal("outer", cell.Bans.Find(IPAddress.Parse("192.0.2.7"))!.Jail);
        cell.Time.SkipTo(TimeSpan.FromMinutes(3));
        Assert.False(cell.IsBanned("192.0.2.7"));
    }

    [Fact]
    public void A_ban_for_ever_outlives_the_timers()
    {
        using var cell = new Cell();
        cell.Bans.Add(cell.Ban("192.0.2.7", null));
        cell.Bans.Add(cell.Ban("192.0.2.8", TimeSpan.FromDays(400)));
        cell.Time.Advance(TimeSpan.FromDays(399));
        Assert.True(cell.IsBanned("192.0.2.8"));
        cell.Time.Advance(TimeSpan.FromDays(2));
        Assert.False(cell.IsBanned("192.0.2.8"));
        Assert.True(cell.IsBanned("192.0.2.7"));
    }

    [Fact]
    public void A_thousand_bans_that_end_together_all_end()
    {
        using var cell = new Cell();
        for (var i = 0; i < 1000; i++)
            cell.Bans.Add(cell.Ban($"10.1.{i / 250}.{i % 250}", Hour));
        cell.Time.Advance(Hour + TimeSpan.FromSeconds(1));
        Assert.Equal(0, cell.Bans.Count);
    }

    [Fact]
    public void A_ban_is_replaced_only_by_one_that_ends_later()
    {
        using var cell = new Cell();
        cell.Bans.Add(cell.Ban("192.0.2.7", Hour));
        Assert.Null(cell.Bans.Add(cell.Ban("192.0.2.7", TimeSpan.FromMinutes(1))));
        Assert.Equal(cell.Now + Hour, cell.Bans.List().Single().Until);
        Assert.Null(cell.Bans.Add(cell.Ban("192.0.2.7", 2 * Hour)));
        cell.Time.Advance(Hour + TimeSpan.FromMinutes(1));
        Assert.True(cell.IsBanned("192.0.2.7"));
        Assert.Equal(["Added 192.0.2.7/32", "Added 192.0.2.7/32"], cell.Heard.Changes);
        Assert.Equal(2, cell.Bans.List().Single().Count);
    }

    [Theory]
    [InlineData("10.0.0.1", "10.0.0.1/32 is, or has in it, a trusted proxy; a ban would shut out everybody who comes through it.", "trusted")]
    [InlineData("10.0.0.0/24", "10.0.0.0/24 is, or has in it, a trusted proxy; a ban would shut out everybody who comes through it.", "trusted")]
    [InlineData("172.16.5.5", "172.16.5.5/32 is, or has in it, an address in Weir:Jail:Ignore.", "ignored")]
    [InlineData("192.0.0.0/7", "192.0.0.0/7 is larger than any network that can be banned: /8 of IPv4, /16 of IPv6.", "wide")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0 is larger than any network that can be banned: /8 of IPv4, /16 of IPv6.", "wide")]
    [InlineData("::/0", "::/0 is larger than any network that can be banned: /8 of IPv4, /16 of IPv6.", "wide")]
    [InlineData("2002::/15", "2002::/15 is larger than any network that can be banned: /8 of IPv4, /16 of IPv6.", "wide")]
    [InlineData("172.0.0.0/8", "172.0.0.0/8 is, or has in it, an address in Weir:Jail:Ignore.", "ignored")]
    public void Trusted_proxies_and_ignored_networks_are_refused_with_a_sentence(string network, string why, string reason)
    {
        using var cell = new Cell(o => o.Ignore = ["172.16.0.0/12"]);
        Assert.Equal(why, cell.Bans.Add(cell.Ban(network, Hour)));
        Assert.Equal(0, cell.Bans.Count);
        Assert.Equal(1, cell.Metric($"weir.jail.not_banned reason={reason}"));
        Assert.Empty(cell.Heard.Changes);
    }

    [Fact]
    public void A_full_list_refuses_new_ones_but_still_prolongs_and_has_room_again_later()
    {
        using var cell = new Cell(o => (o.MaxBans, o.MaxNetworks) = (2, 1));
        cell.Bans.Add(cell.Ban("198.51.100.0/24", Hour));
        Assert.Equal("1 larger networks are banned, as many as Weir:Jail:MaxNetworks allows.", cell.Bans.Add(cell.Ban("203.0.113.0/24", Hour)));
        Assert.Null(cell.Bans.Add(cell.Ban("192.0.2.7", Hour)));
        Assert.Equal("2 bans are in force, as many as Weir:Jail:MaxBans allows.", cell.Bans.Add(cell.Ban("192.0.2.8", Hour)));
        Assert.Null(cell.Bans.Add(cell.Ban("192.0.2.7", 2 * Hour)));
        cell.Time.Advance(Hour + TimeSpan.FromSeconds(1));
        Assert.Null(cell.Bans.Add(cell.Ban("203.0.113.0/24", Hour)));
        Assert.Equal(2, cell.Metric("weir.jail.not_banned reason=full"));
    }

    [Fact]
    public void In_a_full_list_the_jails_ban_that_ends_soonest_gives_way_and_an_operators_never()
    {
        using var cell = new Cell(o => (o.MaxBans, o.MaxNetworks) = (3, 1));
        cell.Bans.Add(cell.Ban("192.0.2.1", TimeSpan.FromMinutes(1)));
        cell.Bans.Add(cell.Ban("192.0.2.2", 3 * Hour, "own", BanOrigin.Jail));
        cell.Bans.Add(cell.Ban("192.0.2.3", 2 * Hour, "own", BanOrigin.Replica));
        // Sooner than all others: it is the one who offends now.
        Assert.Null(cell.Bans.Add(cell.Ban("192.0.2.4", Hour, "own", BanOrigin.Jail)));
        Assert.Equal([true, true, false, true], Enumerable.Range(1, 4).Select(i => cell.IsBanned($"192.0.2.{i}")));
        Assert.Equal("Expired 192.0.2.3/32", cell.Heard.Changes[^2]);
        Assert.Null(cell.Bans.Add(cell.Ban("192.0.2.5", Hour)));
        Assert.Null(cell.Bans.Add(cell.Ban("192.0.2.6", Hour)));
        Assert.Equal("3 bans are in force, as many as Weir:Jail:MaxBans allows.", cell.Bans.Add(cell.Ban("192.0.2.7", Hour, "own", BanOrigin.Jail)));
        Assert.Equal(3, cell.Bans.Count);
        Assert.Equal(3, cell.Metric("weir.jail.gave_way"));
        Assert.Single(cell.Log.All.Split('\n'), l => l.Contains("The ban list is full", StringComparison.Ordinal));
    }

    [Fact]
    public void One_who_owns_many_IPv6_networks_keeps_nobody_from_being_banned_and_takes_no_place_of_IPv4()
    {
        using var cell = new Cell(o => (o.MaxBans, o.MaxNetworks) = (100, 1));
        for (var i = 0; i < 60; i++)
            cell.Bans.Add(cell.Ban($"192.0.2.{i}", TimeSpan.FromMinutes(5), "own", BanOrigin.Jail));
        for (var i = 0; i < 1000; i++)
            Assert.Null(cell.Bans.Add(cell.Ban($"2001:db8:0:{i:x}::1", Hour, "own", i % 2 == 0 ? BanOrigin.Jail : BanOrigin.Replica)));
        Assert.True(cell.IsBanned("2001:db8:0:3e7::2"));
        Assert.InRange(Enumerable.Range(0, 60).Count(i => cell.IsBanned($"192.0.2.{i}")), 49, 51);
        Assert.Null(cell.Bans.Add(cell.Ban("192.0.2.200", TimeSpan.FromMinutes(1), "own", BanOrigin.Jail)));
        Assert.True(cell.IsBanned("192.0.2.200"));
        Assert.Equal(100, cell.Bans.Count);
    }

    [Fact]
    public void Bans_for_ever_give_way_last_and_a_smaller_bound_holds_again_after_a_while()
    {
        using var cell = new Cell(o => (o.MaxBans, o.MaxNetworks) = (4, 1));
        cell.Bans.Add(cell.Ban("192.0.2.1", null, "own", BanOrigin.Jail));
        for (var i = 2; i < 5; i++)
            cell.Bans.Add(cell.Ban($"192.0.2.{i}", Hour, "own", BanOrigin.Jail));
        cell.Change(o => (o.MaxBans, o.MaxNetworks) = (2, 1));
        for (var i = 5; i < 8; i++)
            Assert.Null(cell.Bans.Add(cell.Ban($"192.0.2.{i}", null, "own", BanOrigin.Jail)));
        Assert.Equal(2, cell.Bans.Count);
        Assert.True(cell.IsBanned("192.0.2.7"));
        // Many that were prolonged leave no ends behind without bound.
        for (var i = 1; i < 10_000; i++)
            cell.Bans.Add(cell.Ban("192.0.2.9", TimeSpan.FromSeconds(i), "own", BanOrigin.Jail));
        cell.Time.Advance(3 * Hour);
        Assert.False(cell.IsBanned("192.0.2.9"));
    }

    [Fact]
    public void A_ban_whose_end_has_passed_does_not_come_into_force()
    {
        using var cell = new Cell();
        Assert.Equal("Its end has passed already.", cell.Bans.Add(cell.Ban("192.0.2.7", TimeSpan.Zero)));
    }

    [Fact]
    public void What_is_ignored_after_a_reload_is_let_go()
    {
        using var cell = new Cell();
        cell.Bans.Add(cell.Ban("192.0.2.7", Hour));
        cell.Bans.Add(cell.Ban("198.51.100.7", Hour));
        cell.Change(o => o.Ignore = ["192.0.2.0/24"]);
        Assert.False(cell.IsBanned("192.0.2.7"));
        Assert.True(cell.IsBanned("198.51.100.7"));
    }

    [Fact]
    public void One_that_is_told_and_fails_does_not_undo_the_ban()
    {
        using var cell = new Cell();
        cell.Heard.Throws = true;
        Assert.Null(cell.Bans.Add(cell.Ban("192.0.2.7", Hour)));
        Assert.True(cell.IsBanned("192.0.2.7"));
        Assert.Contains("One that is told of bans failed; the ban stands.", cell.Log.All, StringComparison.Ordinal);
    }

    [Fact]
    public void Removing_says_who_did_it_and_only_takes_exactly_that_network()
    {
        using var cell = new Cell();
        cell.Bans.Add(cell.Ban("198.51.100.0/24", Hour));
        Assert.Null(cell.Bans.Remove(IPNetwork.Parse("198.51.100.1/32"), BanOrigin.Operator));
        Assert.Equal(BanOrigin.Replica, cell.Bans.Remove(IPNetwork.Parse("198.51.100.0/24"), BanOrigin.Replica)!.Origin);
        Assert.Equal(["Added 198.51.100.0/24", "Removed 198.51.100.0/24"], cell.Heard.Changes);
    }

    [Fact]
    public void The_list_is_newest_first_and_reasons_are_one_line()
    {
        using var cell = new Cell();
        cell.Bans.Add(cell.Ban("192.0.2.1", Hour) with { Reason = "a\nb\u001b" + new string('x', 500) });
        cell.Time.Advance(TimeSpan.FromSeconds(1));
        cell.Bans.Add(cell.Ban("192.0.2.2", Hour));
        var list = cell.Bans.List();
        Assert.Equal(["192.0.2.2/32", "192.0.2.1/32"], list.Select(b => b.Network.ToString()));
        Assert.StartsWith("a b x", list[1].Reason, StringComparison.Ordinal);
        Assert.Equal(256, list[1].Reason.Length);
    }

    [Fact]
    public void A_look_up_costs_no_memory()
    {
        using var cell = new Cell();
        for (var i = 0; i < 1000; i++)
            cell.Bans.Add(cell.Ban($"10.1.{i / 250}.{i % 250}", Hour));
        cell.Bans.Add(cell.Ban("198.51.100.0/24", Hour));
        cell.Bans.Add(cell.Ban("2001:db8::1", Hour));
        IPAddress[] asked = [IPAddress.Parse("10.1.1.1"), IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::2"), IPAddress.Parse("::ffff:10.1.1.1")];
        var found = 0;
        Ask();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Ask();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(6000, found);

        void Ask()
        {
            for (var i = 0; i < 1000; i++)
            {
                foreach (var address in asked)
                    found += cell.Bans.Find(address) is null ? 0 : 1;
            }
        }
    }

    [Fact]
    public async Task Look_ups_by_many_threads_during_changes_see_one_state_or_the_other()
    {
        using var cell = new Cell();
        cell.Bans.Add(cell.Ban("192.0.2.1", null));
        var constant = IPAddress.Parse("192.0.2.1");
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                Assert.NotNull(cell.Bans.Find(constant));
        })).ToArray();
        for (var i = 0; i < 3000; i++)
        {
            cell.Bans.Add(cell.Ban($"10.{i % 200}.0.0/16", Hour));
            cell.Bans.Add(cell.Ban($"11.0.0.{i % 200}", Hour));
            cell.Bans.Remove(IPNetwork.Parse($"10.{i % 200}.0.0/16"), BanOrigin.Operator);
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Equal(201, cell.Bans.Count);
    }

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7/32")]
    [InlineData(" 192.0.2.7/24 ", "192.0.2.0/24")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("2001:db8::7/48", "2001:db8::/48")]
    [InlineData("2001:db8::7", "2001:db8::7/128")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7/32")]
    [InlineData("::ffff:192.0.2.7/120", "192.0.2.0/24")]
    [InlineData("1", null)]
    [InlineData("1.2.3", null)]
    [InlineData("0x7f.1.1.1.1", null)]
    [InlineData("192.0.2.7/33", null)]
    [InlineData("192.0.2.7/-1", null)]
    [InlineData("192.0.2.7/", null)]
    [InlineData("::ffff:0:0/40", null)]
    [InlineData("fe80::1%eth0", null)]
    [InlineData("host.example", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Addresses_and_networks_are_read_strictly(string? text, string? network)
    {
        Assert.Equal(network is not null, Networks.TryParse(text, out var read));
        Assert.Equal(network, read?.ToString());
    }
}
