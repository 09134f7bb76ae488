using System.Globalization;
using System.Text.RegularExpressions;
using Weir.Fail2ban.Jails;

namespace Weir.Fail2ban.Tests.Oracle;

/// <summary>The stock jail.conf with a small jail.local, read by <c>fail2ban-client -d</c> and by us.</summary>
public partial class StockJailTests
{
    private static readonly string[] Jails =
    [
        "apache-auth", "apache-badbots", "apache-noscript", "apache-overflows", "apache-nohome", "apache-botsearch",
        "apache-fakegooglebot", "apache-modsecurity", "apache-shellshock", "apache-pass", "sshd", "nginx-http-auth", "postfix", "recidive",
    ];

    [Fact]
    public void Settings_of_jails_are_those_that_fail2ban_client_dumps()
    {
        using var folder = new ConfigFolder(stockFilters: true);
        foreach (string name in (string[])["jail.conf", "fail2ban.conf", "paths-common.conf", "paths-debian.conf", "action.d"])
        {
            File.CreateSymbolicLink(Path.Combine(folder.Path, name), Path.Combine(Fail2banOracle.Folder, name));
        }

        folder.With("logs/access.log", "").With("logs/error.log", "").With("logs/other-error.log", "").With(
            "jail.local",
            $"""
            [DEFAULT]
            bantime  = 1h
            bantime.increment = true
            bantime.multipliers = 1 5 30 60
            bantime.maxtime = 5w
            bantime.rndtime = 60
            ignoreip = 127.0.0.1/8 ::1, 192.0.2.7
            findtime = 15m
            logs = {folder.Path}/logs
            apache_error_log = %(logs)s/*error.log
            apache_access_log = %(logs)s/access.log
            sshd_log = %(logs)s/error.log
            nginx_error_log = %(logs)s/error.log
            postfix_log = %(logs)s/error.log

            {string.Concat(Jails.Except(["apache-pass", "recidive", "apache-overflows"]).Select(static jail => $"[{jail}]\nenabled = true\n\n"))}
            [apache-pass]
            enabled = on
            filter = apache-pass[knocking_url=/open/sesame]
            logpath = %(apache_access_log)s tail
            bantime = 1d 12h
            maxretry = 1
            [recidive]
            enabled = 1
            logpath = {folder.Path}/logs/error.log
            [apache-overflows]
            enabled = yes
            maxretry = 7
            """);

        string dump = Fail2banOracle.Run("fail2ban-client", null, "-c", folder.Path, "-d");
        ILookup<string, (string Key, string Value)> theirs = Setting().Matches(dump)
            .ToLookup(static match => match.Groups["jail"].Value, static match => (match.Groups["key"].Value, match.Groups["value"].Value.Trim('\'')));
        Fail2banSet set = folder.Read();
        Assert.Equal([], set.Messages.Where(static message => message.IsError));
        Assert.Equal(Jails.Order(StringComparer.Ordinal), set.Jails.Select(static jail => jail.Name).Order(StringComparer.Ordinal));
        foreach (JailDefinition jail in set.Jails)
        {
            Dictionary<string, string> settings = theirs[jail.Name].Where(static pair => pair.Key != "addlogpath").ToDictionary();
            Assert.Equal(int.Parse(settings["maxretry"], CultureInfo.InvariantCulture), jail.MaxRetry);
            Assert.Equal(Durations.Seconds(settings["findtime"]), jail.FindTime.TotalSeconds);
            Assert.Equal(Durations.Seconds(settings["bantime"]), jail.BanTime!.Value.TotalSeconds);
            Assert.Equal(settings["bantime.increment"] == "True", jail.Increment.Enabled);
            Assert.Equal(settings["bantime.multipliers"], string.Join(' ', jail.Increment.Multipliers));
            Assert.Equal(Durations.Seconds(settings["bantime.maxtime"]), jail.Increment.MaxTime!.Value.TotalSeconds);
            Assert.Equal(Durations.Seconds(settings["bantime.rndtime"]), jail.Increment.RandomTime.TotalSeconds);
            Assert.Equal(settings["ignorecommand"], jail.IgnoreCommand ?? "");
            Assert.Equal(
                theirs[jail.Name].Where(static pair => pair.Key == "addlogpath").Select(static pair => pair.Value.Replace("', '", " ", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
                jail.LogPaths.SelectMany(static path => path.Expand().Select(file => file + (path.FromTail ? " tail" : " head"))).Order(StringComparer.Ordinal));
            Assert.Equal(["127.0.0.0/8", "::1/128", "192.0.2.7/32"], jail.IgnoreIp.Select(static network => network.ToString()));
        }

        Assert.Equal(TimeSpan.FromHours(36), set.Jails.Single(static jail => jail.Name == "apache-pass").BanTime);
        Assert.Equal("http,https", set.Jails.Single(static jail => jail.Name == "apache-auth").Port);
        Fail2banMessage ignored = Assert.Single(set.Messages, static message => message.Text.Contains("ignorecommand", StringComparison.Ordinal));
        Assert.StartsWith("[apache-fakegooglebot] ignorecommand = ", ignored.Text, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^\['set', '(?<jail>[^']+)', '(?<key>[a-z.]+)', (?<value>.+)\]$", RegexOptions.Multiline, 10_000)]
    private static partial Regex Setting();
}
