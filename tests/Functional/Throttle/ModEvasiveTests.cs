using System.Net;
using System.Text.Json.Nodes;
using Weir.Support;
using Weir.Support.Apache;

namespace Weir.Functional.Throttle;

/// <summary>
/// A real mod_evasive beside Weir with the same directives: the number of the first request that is refused. Intervals are long, so
/// that a slow machine changes nothing: the numbers do not depend on the time that the requests take.
/// </summary>
public sealed class ModEvasiveTests
{
    private const string Directives = """
        <IfModule mod_evasive20.c>
            DOSHashTableSize    3097
            DOSPageCount        2
            DOSSiteCount        50
            DOSPageInterval     600
            DOSSiteInterval     600
            DOSBlockingPeriod   600
        </IfModule>
        """;

    private const int Pages = 400;
    private const string Prefork = "StartServers 5\nMinSpareServers 5\nMaxSpareServers 10\nMaxRequestWorkers 20";
    private const string Event = "StartServers 2\nMinSpareThreads 25\nMaxSpareThreads 75\nThreadsPerChild 25\nMaxRequestWorkers 50";

    [Theory]
    [InlineData("prefork", Prefork)]
    [InlineData("event", Event)]
    public async Task Mod_evasive_refuses_later_than_its_rule_says(string mpm, string block)
    {
        foreach (var (name, path, rule) in Requests)
        {
            await using var apache = await ApacheServer.StartAsync(new ApacheOptions { Mpm = mpm, MpmBlock = block, Modules = ["evasive20"], Extra = Evasive() });
            WritePages(apache);
            var first = await FirstRefusalAsync(apache.Url, path, most: Pages);
            TestContext.Current.TestOutputHelper?.WriteLine($"mod_evasive, {mpm}, {name}: {first}");
            Assert.True(first == 0 || first > rule, $"{mpm}, {name}: mod_evasive refused request {first}, and the rule says {rule}.");
        }
    }

    [Theory]
    [InlineData("prefork", Prefork, "Window")]
    [InlineData("event", Event, "Window")]
    [InlineData("event", Event, "Gap")]
    public async Task Weir_refuses_exactly_the_request_that_the_same_directives_say(string mpm, string block, string mode)
    {
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions { Mpm = mpm, MpmBlock = block });
        WritePages(apache);
        foreach (var (name, path, rule) in Requests)
        {
            await using var gateway = await StartAsync(apache, Directives, new JsonObject { ["Mode"] = mode });
            Assert.Equal((name, rule), (name, await FirstRefusalAsync(gateway.Url, path, most: 100)));
            Assert.Equal(1, await GatewayPages.MetricAsync(gateway, "weir_throttle_blocks_total"));
        }
    }

    [Fact]
    public async Task The_file_sets_the_status_and_the_networks_that_are_let_be()
    {
        await using var apache = await ApacheServer.StartAsync();
        await using (var gateway = await StartAsync(apache, "DOSHTTPResponseCode 503\nDOSPageCount 1\nDOSPageInterval 600", []))
        {
            using var http = new HttpClient();
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(gateway.Url + "/page/1k")).StatusCode);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await http.GetAsync(gateway.Url + "/page/1k")).StatusCode);
        }

        await using var open = await StartAsync(apache, "DOSPageCount 1\nDOSWhitelist 127.0.*.*", []);
        Assert.Equal(0, await FirstRefusalAsync(open.Url, _ => "/page/1k", most: 20));
    }

    [Fact]
    public async Task A_reload_with_a_fault_in_an_imported_section_keeps_the_rules_and_says_why()
    {
        await using var apache = await ApacheServer.StartAsync();
        await using var gateway = await StartAsync(apache, "DOSPageCount 1\nDOSPageInterval 600", []);
        var settings = JsonNode.Parse(await File.ReadAllTextAsync(gateway.ConfigFile))!.AsObject();
        settings["IpRateLimiting"] = JsonNode.Parse("""{ "GeneralRules": [ { "Endpoint": "*", "Period": "1 week", "Limit": 5 } ] }""");
        await File.WriteAllTextAsync(gateway.ConfigFile, settings.ToJsonString());
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!gateway.Log.Any(l => l.Contains("IpRateLimiting:GeneralRules:0:Period is '1 week'; allowed: a whole number and s, m, h or d, at most 31d.", StringComparison.Ordinal)))
            await Task.Delay(50, limit.Token);
        Assert.Equal(2, await FirstRefusalAsync(gateway.Url, _ => "/page/1k", most: 20));
    }

    private static (string Name, Func<int, string> Path, int First)[] Requests =>
    [
        ("one page", _ => "/page/1k", 3),
        ("one page with other queries", n => $"/page/1k?n={n}", 3),
        ("different pages", n => $"/page/{n}", 51),
    ];

    private static void WritePages(ApacheServer apache)
    {
        for (var n = 1; n <= Pages; n++)
            File.WriteAllText(Path.Combine(apache.Root, "htdocs", "page", $"{n}"), "page");
    }

    private static string Evasive() => Directives + "\nDOSLogDir \"/tmp\"\n";

    private static async Task<GatewayProcess> StartAsync(ApacheServer apache, string directives, JsonObject throttle)
    {
        var file = Path.Combine(apache.Root, $"evasive-{Guid.NewGuid():n}.conf");
        await File.WriteAllTextAsync(file, directives);
        throttle["Enabled"] = true;
        throttle["ModEvasiveFile"] = file;
        return await GatewayProcess.StartAsync(new JsonObject
        {
            ["ReverseProxy"] = JsonNode.Parse($$"""
                {
                  "Routes": { "all": { "ClusterId": "apache", "Match": { "Path": "/{**all}" } } },
                  "Clusters": { "apache": { "Destinations": { "one": { "Address": "{{apache.Url}}" } } } }
                }
                """),
            ["Weir"] = new JsonObject { ["Throttle"] = throttle },
        });
    }

    /// <summary>The number of the first request that is not answered with 200; a new connection for each, as browsers of many pages. 0 for none.</summary>
    private static async Task<int> FirstRefusalAsync(string url, Func<int, string> path, int most)
    {
        using var handler = new SocketsHttpHandler();
        using var http = new HttpClient(handler);
        for (var n = 1; n <= most; n++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url + path(n)) { Headers = { ConnectionClose = true } };
            using var answer = await http.SendAsync(request);
            if (answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests)
                return n;
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        return 0;
    }
}
