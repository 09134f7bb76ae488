using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Weir.Gateway.Cli.Replay;
using Weir.Gateway.Tests.Control;

namespace Weir.Gateway.Tests.Cli;

/// <summary>A dry run over a day's log: 20 visitors, 14 scanners, one who guesses passwords, one who floods.</summary>
public sealed class ReplayTests : IDisposable
{
    private const string Settings =
        """
        {"Weir": {
           "ClientAddress": {"TrustedProxies": ["10.0.0.0/8"]},
           "Throttle": {"Enabled": true, "PageCount": 0, "SiteCount": 30, "SiteInterval": "00:00:01", "BlockingPeriod": "00:00:10",
                        "Rules": [{"Name": "api", "Scope": "Path", "Path": "/api/*", "RequestsPerSecond": 2, "DryRun": true}]},
           "Jail": {"Jails": {
             "scanners": {"Offences": ["Scanner"], "MaxRetry": 3, "BanTime": "01:00:00"},
             "logins": {"Offences": ["Auth"], "MaxRetry": 5, "DryRun": true},
             "floods": {"Offences": ["Throttle"], "MaxRetry": 20, "BanTime": "00:30:00"}}}}}
        """;

    private static readonly DateTimeOffset Morning = new(2026, 3, 4, 8, 0, 0, TimeSpan.Zero);

    private readonly ConfigurationDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task It_names_the_14_addresses_that_a_jail_would_have_banned()
    {
        var (code, output, error) = await ReplayAsync(Settings, Log(), "--jail", "scanners");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("Would have banned 14 addresses, here they are:", output, StringComparison.Ordinal);
        for (var i = 1; i <= 14; i++)
            Assert.Contains($"198.51.100.{i} ", output, StringComparison.Ordinal);
        Assert.DoesNotContain("192.0.2.", output, StringComparison.Ordinal);
        // Ten minutes after the ban had ended, the first of them came once more.
        Assert.Matches("""198\.51\.100\.1 +scanners +2026-03-04 08:00:03Z +2026-03-04 09:00:03Z +3 +\d+ +2""", output);
        Assert.Matches("""198\.51\.100\.2 +scanners +2026-03-04 08:00:03Z +2026-03-04 09:00:03Z +3 +\d+ +1""", output);
        Assert.DoesNotContain("The throttle", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Jails_and_throttle_work_together_as_in_the_gateway()
    {
        var (code, output, _) = await ReplayAsync(Settings, Log());
        Assert.Equal(0, code);
        Assert.Contains("Would have banned 16 addresses, here they are:", output, StringComparison.Ordinal);
        Assert.Matches("203\\.0\\.113\\.5 +logins ", output);
        // 30 pass, 20 are refused, the ban begins, and the throttle sees the other 50 no more.
        Assert.Matches("203\\.0\\.113\\.9 +floods .* 20 +", output);
        Assert.Contains("The throttle would have refused 20 of ", output, StringComparison.Ordinal);
        Assert.Matches("site +throttled_site +1\\b", output);
        Assert.Matches("block +throttled_blocked +19\\b", output);
        Assert.Matches("api +throttled_rate +3 +dry run", output);
        // A trusted proxy is neither.
        Assert.DoesNotContain("10.0.0.7", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_throttle_alone_judges_though_it_is_off()
    {
        var (code, output, _) = await ReplayAsync(Settings.Replace("\"Enabled\": true, ", "", StringComparison.Ordinal), Log(), "--throttle");
        Assert.Equal(0, code);
        Assert.Contains("The throttle, were it on, would have refused 70 of ", output, StringComparison.Ordinal);
        Assert.Matches("203\\.0\\.113\\.9 +70 +2026-03-04 09:00:00Z +throttled_site", output);
        Assert.Contains("The log names no hosts", output, StringComparison.Ordinal);
        Assert.DoesNotContain("banned", output, StringComparison.Ordinal);
        var (_, named, _) = await ReplayAsync(Settings, Log(), "--throttle", "--host", "shop.example");
        Assert.DoesNotContain("The log names no hosts", named, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_speaks_JSON_and_reads_what_gzip_has_packed()
    {
        var packed = _directory.File("access.log.1.gz");
        await using (var gzip = new GZipStream(File.Create(packed), CompressionLevel.Fastest))
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(Log()), TestContext.Current.CancellationToken);
        var (code, output, _) = await WeirRun.Async(Settings, "replay", packed, "--config", "FILE", "--format", "json", "--limit", "3");
        Assert.Equal(0, code);
        using var json = JsonDocument.Parse(output);
        var root = json.RootElement;
        Assert.Equal(16, root.GetProperty("jails").GetProperty("banned").GetInt32());
        Assert.Equal(3, root.GetProperty("jails").GetProperty("clients").GetArrayLength());
        Assert.Equal("198.51.100.1", root.GetProperty("jails").GetProperty("clients")[0].GetProperty("client").GetString());
        Assert.Equal(20, root.GetProperty("throttle").GetProperty("refused").GetInt64());
        Assert.Equal(["block", "api", "site"], root.GetProperty("throttle").GetProperty("rules").EnumerateArray().Select(r => r.GetProperty("rule").GetString()));
        Assert.Equal(root.GetProperty("lines").GetInt64() - 2, root.GetProperty("requests").GetInt64());
        Assert.Equal([2L, 5L], root.GetProperty("firstUnread").EnumerateArray().Select(n => n.GetInt64()));
    }

    [Fact]
    public async Task Lines_that_are_none_are_counted_and_named_and_memory_does_not_grow_with_one()
    {
        var log = Log() + new string('x', 3_000_000) + "\n";
        var (code, output, _) = await ReplayAsync(Settings, log, "--jail", "logins");
        Assert.Equal(0, code);
        Assert.Contains("3 of the lines are none of an access log in common or combined format (line 2, 5, ", output, StringComparison.Ordinal);
        Assert.All(LogLines.Of(new MemoryStream(Encoding.UTF8.GetBytes(log))), line => Assert.True(line.Length <= 16_384));
    }

    [Fact]
    public async Task A_jail_of_Fail2bans_judges_by_its_own_filter()
    {
        Directory.CreateDirectory(_directory.File("filter.d"));
        await File.WriteAllTextAsync(_directory.File("filter.d/bots.conf"), "[Definition]\nfailregex = ^<HOST> -.*\"GET /\\.env [^\"]*\" 404 \n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_directory.File("jail.conf"), "[bots]\nenabled = false\nfilter = bots\nmaxretry = 2\nlogpath = /nowhere\n", TestContext.Current.CancellationToken);
        var settings = $$"""{"Weir": {"ClientAddress": {"TrustedProxies": ["10.0.0.7"]}, "Jail": {"Fail2ban": {"Folder": "{{_directory.Root}}" } } } }""";
        var (code, output, error) = await ReplayAsync(settings, Log(), "--jail", "bots");
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("Would have banned 14 addresses", output, StringComparison.Ordinal);
        Assert.Contains("only Fail2ban's filters looked at them", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_that_names_its_sites_is_judged_site_by_site()
    {
        var lines = string.Concat(Enumerable.Range(0, 40).Select(i => $"site{i % 2}.example:443 " + Line("192.0.2.9", Morning, "GET /a HTTP/1.1", 200)));
        var (_, output, _) = await ReplayAsync(Settings, lines, "--throttle");
        Assert.Contains("would have refused 0 of 40 requests", output, StringComparison.Ordinal);
        Assert.DoesNotContain("names no hosts", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_mistake_is_told_and_exits_1()
    {
        Assert.Equal(
            (1, $"--jail scanner names no jail that can be used; there are floods, logins, scanners.{Environment.NewLine}"),
            Fault(await ReplayAsync(Settings, Log(), "--jail", "scanner")));
        var none = _directory.File("none.log");
        var (code, _, error) = await WeirRun.Async(Settings, "replay", none, "--config", "FILE");
        Assert.Equal(1, code);
        Assert.StartsWith($"{none} cannot be read: Could not find file", error, StringComparison.Ordinal);
        Assert.Contains("Weir:Jail:Status is 200", (await ReplayAsync("""{"Weir": {"Jail": {"Status": 200}}}""", Log())).Error, StringComparison.Ordinal);
        Assert.StartsWith("There is nothing to judge by: Weir:Jail has no jail and Weir:Throttle:Enabled is false.", (await ReplayAsync("{}", Log())).Error, StringComparison.Ordinal);
        Assert.StartsWith("Not one of the 2 lines of ", (await ReplayAsync(Settings, "a\nb\n")).Error, StringComparison.Ordinal);
        Assert.Equal((1, $"--limit is 0; allowed: 1 and more.{Environment.NewLine}"), Fault(await ReplayAsync(Settings, Log(), "--limit", "0")));
        var damaged = _directory.File("damaged.gz");
        await File.WriteAllBytesAsync(damaged, [0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 200, 201], TestContext.Current.CancellationToken);
        (code, _, error) = await WeirRun.Async(Settings, "replay", damaged, "--config", "FILE");
        Assert.Equal(1, code);
        Assert.StartsWith($"{damaged} cannot be read: ", error, StringComparison.Ordinal);
        Assert.Equal(0, (await ReplayAsync(Settings, "")).Code);
    }

    private static (int Code, string Error) Fault((int Code, string Output, string Error) run) => (run.Code, run.Error);

    private Task<(int Code, string Output, string Error)> ReplayAsync(string settings, string log, params string[] more)
    {
        var file = _directory.File("access.log");
        File.WriteAllText(file, log);
        return WeirRun.Async(settings, ["replay", file, "--config", "FILE", .. more]);
    }

    private static string Log()
    {
        var log = new StringBuilder();
        log.Append(Line("192.0.2.1", Morning, "GET / HTTP/1.1", 200));
        log.Append("[Wed Mar 04 08:00:00 2026] [error] not of this kind\n");
        log.Append("192.0.2.1 - - [04/Mar/2026:08:00:00 +0000] \"-\" 408 -\n");
        log.Append(Line("192.0.2.1", Morning, "GET /say?\\\"x\\\" HTTP/1.1", 200));
        log.Append("192.0.2.1 - - [04/Foo/2026:08:00:00 +0000] \"GET / HTTP/1.1\" 200 1\n");
        for (var second = 0; second < 20; second++)
        {
            for (var visitor = 1; visitor <= 20; visitor++)
                log.Append(Line($"192.0.2.{visitor}", Morning.AddSeconds(second), $"GET /page{second} HTTP/1.1", 200));
            if (second is > 0 and < 6)
            {
                for (var scanner = 1; scanner <= 14; scanner++)
                    log.Append(Line($"198.51.100.{scanner}", Morning.AddSeconds(second), "GET /.env HTTP/1.1", 404));
                log.Append(Line("10.0.0.7", Morning.AddSeconds(second), "GET /.env HTTP/1.1", 404));
                log.Append(Line("203.0.113.5", Morning.AddSeconds(second), "POST /login HTTP/1.1", 401, "alice"));
                // A path that leads somewhere is a page.
                log.Append(Line("192.0.2.3", Morning.AddSeconds(second), "GET /.env HTTP/1.1", 200));
            }
        }

        for (var i = 0; i < 5; i++)
            log.Append(Line("192.0.2.4", Morning.AddMinutes(30), "GET /api/list HTTP/1.1", 200));
        for (var i = 0; i < 100; i++)
            log.Append(Line("203.0.113.9", Morning.AddMinutes(60), $"GET /item/{i} HTTP/1.1", 200));
        for (var i = 0; i < 3; i++)
            log.Append(Line("198.51.100.1", Morning.AddMinutes(70), "GET /.git/config HTTP/1.1", 404));
        return log.ToString();
    }

    private static string Line(string address, DateTimeOffset time, string request, int status, string user = "-") =>
        $"{address} - {user} [{time.ToString("dd/MMM/yyyy:HH:mm:ss", CultureInfo.InvariantCulture)} +0000] \"{request}\" {status} 1234 \"-\" \"Mozilla/5.0\"\n";
}
