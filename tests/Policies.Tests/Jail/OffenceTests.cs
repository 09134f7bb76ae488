using System.Net;
using Weir.Policies.Contracts;
using Weir.Policies.Jail;
using Weir.Policies.Jail.Bans;
using Weir.Policies.Jail.Offences;

namespace Weir.Policies.Tests.Jail;

public sealed class OffenceTests
{
    private static Cell Arrange(Action<JailSettings>? more = null) => new(o => o.Jails["test"] = Settings(more));

    private static JailSettings Settings(Action<JailSettings>? more)
    {
        var jail = new JailSettings { Offences = [OffenceKind.Throttle, OffenceKind.BadRequest], MaxRetry = 3, FindTime = TimeSpan.FromMinutes(1), BanTime = TimeSpan.FromMinutes(10) };
        more?.Invoke(jail);
        return jail;
    }

    [Fact]
    public void Nobody_is_banned_by_default()
    {
        using var cell = new Cell();
        foreach (var kind in Enum.GetValues<OffenceKind>())
            cell.Report("192.0.2.7", kind, 1000);
        cell.Desk.Answered(Client("192.0.2.7"), "/.env", 404, triedToLogIn: true);
        Assert.Equal(0, cell.Bans.Count);
    }

    [Fact]
    public void The_offence_that_is_one_too_many_bans_and_the_one_before_does_not()
    {
        using var cell = Arrange();
        cell.Report("192.0.2.7", OffenceKind.Throttle, 2);
        Assert.False(cell.IsBanned("192.0.2.7"));
        cell.Report("192.0.2.7", OffenceKind.BadRequest);
        var ban = cell.Bans.List().Single();
        Assert.Equal(("test", cell.Now + TimeSpan.FromMinutes(10), BanOrigin.Jail, true, 1), (ban.Jail, ban.Until, ban.Origin, ban.IsDirect, ban.Count));
        Assert.Equal("3 offences within 00:01:00, the last: test", ban.Reason);
        Assert.Equal(1, cell.Metric("weir.jail.banned jail=test"));
        Assert.Equal(2, cell.Metric("weir.jail.offences kind=throttle"));
        Assert.Equal(1, cell.Metric("weir.jail.offences kind=badrequest"));
    }

    [Fact]
    public void Offences_of_another_kind_or_another_client_do_not_count()
    {
        using var cell = Arrange();
        cell.Report("192.0.2.7", OffenceKind.Throttle, 2);
        cell.Report("192.0.2.8", OffenceKind.Throttle, 2);
        cell.Report("192.0.2.7", OffenceKind.Waf, 5);
        Assert.Equal(0, cell.Bans.Count);
    }

    [Fact]
    public void Hosts_of_one_IPv6_network_count_as_one()
    {
        using var cell = Arrange();
        cell.Report("2001:db8::1", OffenceKind.Throttle);
        cell.Report("2001:db8::2", OffenceKind.Throttle);
        cell.Report("2001:db8::3", OffenceKind.Throttle);
        Assert.True(cell.IsBanned("2001:db8::4"));
    }

    [Fact]
    public void The_window_slides_to_the_second()
    {
        using var cell = Arrange();
        cell.Report("192.0.2.7", OffenceKind.Throttle, 2);
        cell.Time.Advance(TimeSpan.FromSeconds(60));
        cell.Report("192.0.2.7", OffenceKind.Throttle);
        cell.Time.Advance(TimeSpan.FromSeconds(59));
        cell.Report("192.0.2.7", OffenceKind.Throttle);
        Assert.False(cell.IsBanned("192.0.2.7"));
        cell.Report("192.0.2.7", OffenceKind.Throttle);
        Assert.True(cell.IsBanned("192.0.2.7"));
    }

    [Fact]
    public void Trusted_proxies_and_ignored_clients_are_let_be()
    {
        using var cell = new Cell(o =>
        {
            o.Ignore = ["172.16.0.0/12"];
            o.Jails["test"] = Settings(j => j.Ignore = ["203.0.113.7"]);
        });
        foreach (var address in (string[])["10.0.0.1", "172.16.0.9", "203.0.113.7"])
            cell.Report(address, OffenceKind.Throttle, 10);
        cell.Offences.Report(new Known(IPAddress.Parse("192.0.2.7"), true), OffenceKind.Throttle, "x");
        Assert.Equal(0, cell.Bans.Count);
    }

    [Fact]
    public void A_jail_on_trial_bans_nobody_and_says_whom_it_would_have()
    {
        using var cell = Arrange(j => j.DryRun = true);
        cell.Report("192.0.2.7", OffenceKind.Throttle, 3);
        Assert.Equal(0, cell.Bans.Count);
        Assert.Equal(1, cell.Metric("weir.jail.would_ban jail=test"));
        Assert.Contains("test would have banned 192.0.2.7/32 for 00:10:00 (trial): 3 offences", cell.Log.All, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "Information", "would have banned")]
    [InlineData(false, "Warning", "did not ban")]
    public void A_flood_of_sentences_is_no_flood_of_the_log(bool isDry, string level, string words)
    {
        using var cell = new Cell(o =>
        {
            (o.MaxBans, o.MaxNetworks) = (1, 0);
            o.Jails["test"] = Settings(j => (j.DryRun, j.MaxRetry) = (isDry, 1));
        });
        cell.Bans.Add(cell.Ban("198.51.100.1", null));
        for (var i = 0; i < 100; i++)
            cell.Report($"192.0.2.{i}", OffenceKind.Throttle);
        Assert.Equal((10, 90), (Count(level), Count("Debug")));
        cell.Time.Advance(TimeSpan.FromMinutes(1));
        cell.Report("192.0.2.200", OffenceKind.Throttle);
        Assert.Equal(11, Count(level));
        Assert.Contains("90 before it were told at Debug only.", cell.Log.All, StringComparison.Ordinal);

        int Count(string at) => cell.Log.All.Split('\n').Count(l => l.StartsWith(at + ":", StringComparison.Ordinal) && l.Contains(words, StringComparison.Ordinal));
    }

    [Fact]
    public void A_permanent_jail_bans_for_ever()
    {
        using var cell = Arrange(j => j.Permanent = true);
        cell.Report("192.0.2.7", OffenceKind.Throttle, 3);
        Assert.Null(cell.Bans.List().Single().Until);
    }

    [Fact]
    public void A_client_that_comes_again_is_banned_for_longer_until_it_is_forgotten()
    {
        using var cell = new Cell(o =>
        {
            o.Remember = TimeSpan.FromDays(1);
            o.Jails["test"] = Settings(j => j.Increment = new IncrementSettings { Enabled = true, MaxTime = TimeSpan.FromMinutes(30) });
        });
        var lengths = new List<double>();
        for (var i = 0; i < 3; i++)
            Offend();
        cell.Time.Advance(TimeSpan.FromDays(2));
        cell.List.Snapshot();
        Offend();
        Assert.Equal([10, 20, 30, 10], lengths);

        void Offend()
        {
            cell.Report("192.0.2.7", OffenceKind.Throttle, 3);
            lengths.Add((cell.Bans.List().Single().Until - cell.Now)!.Value.TotalMinutes);
            cell.Time.Advance(TimeSpan.FromMinutes(31));
        }
    }

    [Theory]
    [InlineData(401, true, false, false, true)]
    [InlineData(401, false, false, false, false)]
    [InlineData(401, false, false, true, true)]
    [InlineData(403, true, false, false, false)]
    [InlineData(403, false, true, false, true)]
    [InlineData(404, true, true, true, false)]
    public void What_a_failed_log_in_is(int status, bool tried, bool forbidden, bool challenges, bool counts)
    {
        using var cell = Arrange(j => (j.Offences, j.MaxRetry, j.CountForbidden, j.CountChallenges) = ([OffenceKind.Auth], 1, forbidden, challenges));
        cell.Desk.Answered(Client("192.0.2.7"), "/login", status, tried);
        Assert.Equal(counts, cell.IsBanned("192.0.2.7"));
    }

    [Theory]
    [InlineData("/.env", 404, true)]
    [InlineData("/shop/.ENV", 403, true)]
    [InlineData("/.git/config", 410, true)]
    [InlineData("/.env", 200, false)]
    [InlineData("/.env", 500, false)]
    [InlineData("/wp-login.php", 404, false)]
    [InlineData("/phpmyadmin/", 404, false)]
    [InlineData("/environment", 404, false)]
    [InlineData("/boaform/admin/formLogin", 404, true)]
    public void A_scanner_is_who_asks_for_known_paths_that_lead_nowhere(string path, int status, bool counts)
    {
        using var cell = Arrange(j => (j.Offences, j.MaxRetry) = ([OffenceKind.Scanner], 1));
        cell.Desk.Answered(Client("192.0.2.7"), path, status, triedToLogIn: false);
        Assert.Equal(counts, cell.IsBanned("192.0.2.7"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1023)]
    [InlineData(1024)]
    [InlineData(5000)]
    [InlineData(8192)]
    [InlineData(100_000)]
    public void A_long_path_or_more_slashes_hide_no_scanner(int length)
    {
        var paths = new ScannerPaths(["*/.env", "*/.git/*", "/cgi-bin/luci*", "/only"]);
        var padding = "/" + new string('a', length);
        Assert.True(paths.Match($"{padding}/.env"));
        Assert.True(paths.Match($"{padding}//.git///config"));
        Assert.True(paths.Match($"/.git/config{padding}"));
        Assert.True(paths.Match($"//cgi-bin//luci{padding}"));
        Assert.True(paths.Match("//ONLY"));
        Assert.False(paths.Match($"{padding}/.environment{padding}"));
        Assert.False(paths.Match($"/only{padding}"));
        Assert.False(paths.Match($"{padding}/only"));
        Assert.False(paths.Match($"{padding}/cgi-bin/luci{padding}"));
        Assert.False(paths.Match($"/.env{padding}"));
    }

    [Fact]
    public void Counting_costs_no_memory_once_the_table_is_there()
    {
        using var cell = Arrange(j => j.MaxRetry = 10_000);
        var client = Client("192.0.2.7");
        cell.Deafen();
        cell.Offences.Report(client, OffenceKind.Throttle, "x");
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            cell.Offences.Report(client, OffenceKind.Throttle, "x");
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_flood_of_new_clients_does_not_wash_away_one_that_is_close_to_a_ban()
    {
        var tallies = new Tallies();
        var known = Key(0xffff_ffff);
        tallies.Add(1, known, 100, 600, 5);
        tallies.Add(1, known, 100, 600, 5);
        for (uint i = 0; i < 3 * Tallies.Capacity; i++)
            tallies.Add(1, Key(i), 101, 600, 5);
        Assert.Equal(3, tallies.Add(1, known, 102, 600, 5));
    }

    [Fact]
    public void High_limits_are_counted_in_slices_and_never_too_much()
    {
        var tallies = new Tallies();
        var most = 0;
        for (uint second = 0; second < 6000; second++)
            most = Math.Max(most, tallies.Add(1, Key(1), second, 600, 10_000));
        Assert.InRange(most, 600 - (600 / 8), 600);
    }

    [Fact]
    public void High_limits_are_reached_in_short_windows_too()
    {
        for (uint window = 1; window <= 100; window++)
        {
            var tallies = new Tallies();
            var most = 0;
            for (uint second = 0; second < 5 * window; second++)
                most = Math.Max(most, tallies.Add(1, Key(1), second, window, 10_000));
            // A slice goes as a whole.
            Assert.InRange(most, (int)(window - ((window + 15) / 16)), (int)window);
        }
    }

    [Fact]
    public void A_tally_starts_anew_after_it_was_enough()
    {
        var tallies = new Tallies();
        Assert.Equal([1, 2, 1, 2], Enumerable.Range(0, 4).Select(_ => tallies.Add(1, Key(1), 5, 600, 2)));
        Assert.Equal(0, tallies.Peek(1, Key(1), 5, 600));
        tallies.Add(1, Key(1), 5, 600, 2);
        Assert.Equal(1, tallies.Peek(1, Key(1), 604, 600));
        Assert.Equal(0, tallies.Peek(1, Key(1), 605, 600));
        Assert.Equal(0, tallies.Peek(2, Key(1), 5, 600));
    }

    private static NetworkKey Key(uint address) => new(0, 0xffff_0000_0000UL | address, 128, true);

    private static Known Client(string address) => new(IPAddress.Parse(address), false);

    private sealed class Known(IPAddress address, bool isTrusted) : IClientFeature
    {
        public ulong ClientKey => 1;

        public IPAddress? Address => address;

        public bool IsDirect => true;

        public bool IsTrusted => isTrusted;
    }
}
