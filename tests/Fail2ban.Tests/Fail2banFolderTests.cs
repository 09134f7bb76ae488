using System.Net;
using System.Net.Sockets;
using Weir.Fail2ban.Jails;
using Weir.Fail2ban.Tests.Oracle;

namespace Weir.Fail2ban.Tests;

public sealed class Fail2banFolderTests : IDisposable
{
    private const string Filter = "[Definition]\nfailregex = ^bad <HOST>$\n";
    private readonly ConfigFolder _folder = new ConfigFolder().With("filter.d/f.conf", Filter);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_are_laid_over_one_another_in_fail2bans_order()
    {
        _folder.With("jail.conf", "[DEFAULT]\nfilter=f\nfindtime=1\n[a]\nenabled=true\nmaxretry=1\nbantime=1\nport=1\nlogpath=/1\n")
            .With("jail.d/b.conf", "[a]\nmaxretry=2\nbantime=2\nport=2\n")
            .With("jail.d/a.conf", "[a]\nmaxretry=3\n")
            .With("jail.local", "[a]\nbantime=4\nport=4\n")
            .With("jail.d/z.local", "[a]\nport=5\n")
            .With("jail.d/.x.conf", "[a]\nport=6\n");
        JailDefinition jail = Assert.Single(_folder.Read().Jails);
        Assert.Equal(2, jail.MaxRetry);
        Assert.Equal(4, jail.BanTime!.Value.TotalSeconds);
        Assert.Equal("5", jail.Port);
        Assert.Equal(1, jail.FindTime.TotalSeconds);
        Assert.Equal([new LogPath("/1", false)], jail.LogPaths);
    }

    [Fact]
    public void Includes_come_before_and_after_with_what_lies_over_them()
    {
        _folder.With("jail.conf", "[INCLUDES]\nbefore = one.conf\n  two.conf\nafter = three.conf\n[a]\nenabled=1\nfilter=f\nport=%(p)s\nmaxretry=4\n")
            .With("one.conf", "[DEFAULT]\np=1\n[a]\nmaxretry=1\nfindtime=1\n")
            .With("one.local", "[DEFAULT]\np=one\n")
            .With("two.conf", "[INCLUDES]\nbefore=one.conf\n[a]\nfindtime=2\n")
            .With("three.conf", "[INCLUDES]\nbefore=three.conf\n  missing.conf\n[a]\nmaxretry=3\n");
        JailDefinition jail = Assert.Single(_folder.Read().Jails);
        Assert.Equal("one", jail.Port);
        Assert.Equal(3, jail.MaxRetry);
        Assert.Equal(2, jail.FindTime.TotalSeconds);
    }

    [Fact]
    public void A_filter_takes_what_lies_over_it_and_known_values()
    {
        _folder.With("filter.d/f.local", "[Definition]\nfailregex = %(known/failregex)s\n  ^worse <HOST>$\n")
            .With("jail.conf", "[a]\nenabled=true\nfilter=f\nignoreregex=^x\n%(known/failregex)s\n".Replace("\n%(known", "\n  %(known", StringComparison.Ordinal));
        JailDefinition jail = Assert.Single(_folder.Read().Jails);
        Assert.Equal(["^bad <HOST>$", "^worse <HOST>$"], jail.Filter.FailRegex);
        Assert.Equal(["^x", "^bad <HOST>$", "^worse <HOST>$"], jail.Filter.IgnoreRegex);
    }

    [Fact]
    public void Defaults_are_those_of_fail2ban()
    {
        JailDefinition jail = Jail("");
        Assert.Equal(5, jail.MaxRetry);
        Assert.Equal(TimeSpan.FromMinutes(10), jail.FindTime);
        Assert.Equal(TimeSpan.FromMinutes(10), jail.BanTime);
        Assert.True(jail.IgnoreSelf);
        Assert.Empty(jail.IgnoreIp);
        Assert.Empty(jail.LogPaths);
        Assert.Null(jail.LogTimeZone);
        Assert.False(jail.Increment.Enabled);
        Assert.Equal("warn", jail.Filter.UseDns);
    }

    [Fact]
    public void A_negative_ban_time_is_for_ever() => Assert.Null(Jail("bantime = -1").BanTime);

    [Fact]
    public void Hosts_to_ignore_are_addresses_networks_and_names()
    {
        _folder.With("jail.conf", "[a]\nenabled=true\nfilter=f\nignoreip = 192.0.2.1, 10.1.2.3/8 10.1.0.0/255.255.0.0\n  2001:db8::1/32 ::1 good.example bad.example 1.2.3.4/x\n");
        Fail2banSet set = Fail2banFolder.Read(_folder.Path, [], static name => name == "good.example" ? [IPAddress.Parse("192.0.2.9"), IPAddress.Parse("2001:db8::9")] : throw new SocketException(11001));
        Assert.Equal(["192.0.2.1/32", "10.0.0.0/8", "10.1.0.0/16", "2001:db8::/32", "::1/128", "192.0.2.9/32", "2001:db8::9/128"], set.Jails[0].IgnoreIp.Select(static network => network.ToString()));
        Assert.Equal(2, set.Messages.Count);
        Assert.All(set.Messages, static message => Assert.False(message.IsError));
        Assert.Contains("\"bad.example\" cannot be looked up", set.Messages[0].Text, StringComparison.Ordinal);
        Assert.Contains("\"1.2.3.4/x\" is neither an address nor a network", set.Messages[1].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("filter =", "[bad] names no filter.")]
    [InlineData("filter = none", "[bad] filter = none: there is no file filter.d/none.conf or .local.")]
    [InlineData("filter = f[x", "KEY=VALUE")]
    [InlineData("filter = %(nothing)s", "[bad] filter: %(nothing)s is not set anywhere.")]
    [InlineData("filter = 100%", "[bad] filter: a \"%\" must be \"%%\" or begin %(NAME)s.")]
    [InlineData("filter = %(filter)s", "[bad] filter: its %(...)s refer to each other without end.")]
    [InlineData("failregex = (<HOST>\nfilter = f", "[bad]: Filter f: failregex \"(<HOST>\" has a \"(\" that nothing closes.")]
    [InlineData("failregex = x\nfilter = f", "[bad]: Filter f: failregex \"x\" has no <HOST>, <ADDR> or other tag that says who did it.")]
    [InlineData("failregex = <HOST> <HOST>\nfilter = f", "[bad]: Filter f: failregex \"<HOST> <HOST>\" has two groups named \"ip4\".")]
    [InlineData("failregex =\nfilter = f", "[bad]: its filter f has no failregex.")]
    [InlineData("datepattern = %%Q\nfilter = f", "[bad]: Filter f: datepattern \"%Q\" has \"%Q\", which is no part of a date.")]
    [InlineData("filter = f[loop=\"<pool>\", pool=\"<loop>\", failregex=\"<loop>\"]", "refers to itself")]
    public void A_jail_that_cannot_be_used_is_named_and_does_not_harm_the_others(string lines, string text)
    {
        _folder.With("jail.conf", $"[bad]\nenabled=true\n{lines}\n[good]\nenabled=true\nfilter=f\n");
        Fail2banSet set = _folder.Read();
        Assert.Equal("good", Assert.Single(set.Jails).Name);
        Fail2banMessage message = Assert.Single(set.Messages);
        Assert.True(message.IsError);
        Assert.NotEqual("", message.Where);
        Assert.Contains(text, message.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("maxretry = many", "[a] maxretry = many: is no number; 5 holds.")]
    [InlineData("bantime = soon", "[a] bantime = soon: is no time, such as 600, 10m or 1d 12h; 600 s holds.")]
    [InlineData("ignorecommand = /bin/true <ip>", "[a] ignorecommand = /bin/true <ip>: is not run: the gateway starts no programs.")]
    [InlineData("logpath = relative.log", "[a] logpath = relative.log: is no absolute path and is not followed.")]
    [InlineData("backend = systemd", "[a] backend = systemd: the journal is not read; name files in logpath and set backend = auto.")]
    [InlineData("bantime.increment = true\nbantime.formula = ban.Time * 2", "[a] bantime.formula = ban.Time * 2: only fail2ban's default formula can be calculated, and it holds.")]
    [InlineData("bantime.factor = x", "[a] bantime.factor = x: is no number of at least 0; 1 holds.")]
    [InlineData("bantime.multipliers = 1 b", "[a] bantime.multipliers = 1 b: \"b\" is no number; bans double each time.")]
    [InlineData("logtimezone = Mars", "[a] logtimezone = Mars: is no zone such as UTC, CET or UTC+0100; the machine's own holds.")]
    [InlineData("usedns = maybe", "[a] usedns = maybe: must be yes, warn, no or raw; no holds.")]
    [InlineData("maxlines = 0", "[a] maxlines = 0: must be from 1 to 100.")]
    public void A_value_that_is_not_done_is_said_and_the_jail_holds(string lines, string text)
    {
        _folder.With("jail.conf", $"[a]\nenabled=true\nfilter=f\n{lines}\n");
        Fail2banSet set = _folder.Read();
        Assert.Single(set.Jails);
        Fail2banMessage message = Assert.Single(set.Messages);
        Assert.False(message.IsError);
        Assert.Equal(text, message.Text);
        Assert.StartsWith(_folder.Path + "/jail.conf:", message.Where, StringComparison.Ordinal);
    }

    [Fact]
    public void The_default_formula_may_be_written_out() =>
        Assert.True(Jail("bantime.increment = yes\nbantime.formula = ban.Time * (1<<(ban.Count if ban.Count<20 else 20)) * banFactor").Increment.Enabled);

    [Fact]
    public void A_time_zone_is_an_abbreviation_or_an_offset()
    {
        Assert.Equal(TimeSpan.FromHours(1), Jail("logtimezone = CET").LogTimeZone!.BaseUtcOffset);
        Assert.Equal(TimeSpan.FromMinutes(-330), Jail("logtimezone = UTC-0530").LogTimeZone!.BaseUtcOffset);
    }

    [Fact]
    public void Jails_are_read_when_enabled_or_asked_for()
    {
        _folder.With("jail.conf", "[DEFAULT]\nfilter=f\n[a]\n[b]\nenabled=no\n[c]\nenabled=TRUE\n");
        Assert.Equal(["c"], _folder.Read().Jails.Select(static jail => jail.Name));
        Assert.Equal(["b", "c"], _folder.Read("b").Jails.Select(static jail => jail.Name));
        Assert.Equal("There is no jail [d].", Assert.Single(_folder.Read("d").Messages).Text);
    }

    [Fact]
    public void A_folder_without_jails_is_said()
    {
        Fail2banSet set = Fail2banFolder.Read(_folder.Path + "/nowhere", []);
        Assert.Empty(set.Jails);
        Assert.Equal("There is neither a jail.conf nor a jail.local, nor a file in jail.d.", Assert.Single(set.Messages).Text);
    }

    [Fact]
    public void Values_made_of_very_many_values_are_given_up()
    {
        string levels = string.Concat(Enumerable.Range(1, 8).Select(static level => $"v{level} = {string.Concat(Enumerable.Repeat($"%(v{level - 1})s", 20))}\n"));
        _folder.With("jail.conf", $"[a]\nenabled=true\nv0 =\n{levels}filter = %(v8)s\n");
        Assert.Contains("made of more than 10000 values", Assert.Single(_folder.Read().Messages).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_too_long_is_not_read()
    {
        _folder.With("jail.conf", new string('#', (1 << 20) + 1)).With("jail.local", "[a]\nenabled=1\nfilter=f\n");
        Fail2banSet set = _folder.Read();
        Assert.Single(set.Jails);
        Assert.Equal("Not read: longer than 1048576 bytes.", Assert.Single(set.Messages).Text);
    }

    private JailDefinition Jail(string lines)
    {
        Fail2banSet set = _folder.With("jail.conf", $"[a]\nenabled=true\nfilter=f\n{lines}\n").Read();
        Assert.Empty(set.Messages);
        return Assert.Single(set.Jails);
    }
}
