using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Weir.Gateway.Admin;
using Weir.Gateway.Cli.Explain;
using Weir.Gateway.Tests.Control;

namespace Weir.Gateway.Tests.Cli;

public sealed class CommandTests
{
    private const string Good =
        """
        {"Weir": {"Admission": {"Routes": {"shop": {"Priority": "High", "MaxWait": "00:00:02"}}}},
         "ReverseProxy": {
           "Routes": {
             "api": {"ClusterId": "c", "Order": 0, "Match": {"Path": "/shop/api/{**x}", "Headers": [{"Name": "X-Key", "Values": ["1"]}]}},
             "shop": {"ClusterId": "c", "Order": 1, "Match": {"Path": "/shop/{**x}", "Hosts": ["shop.example"], "Methods": ["GET"]}}},
           "Clusters": {"c": {"LoadBalancingPolicy": "RoundRobin", "Destinations": {"d": {"Address": "http://127.0.0.1:8081"}}}}}}
        """;

    [Fact]
    public async Task Check_passes_a_good_file()
    {
        var (code, output, _) = await RunAsync(Good, "check", "FILE");
        Assert.Equal(0, code);
        Assert.StartsWith("Good: 2 routes, 1 clusters, 1 servers in ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_prints_every_fault_plainly_with_its_place_and_exits_1()
    {
        var (code, output, _) = await RunAsync(Faults.Twenty, "check", "FILE");
        Assert.Equal(1, code);
        Assert.All(Faults.Named, named => Assert.Contains(named, output, StringComparison.Ordinal));
        Assert.Contains("Weir:Admission:MaxLength is -1; allowed: 0 to 1000000. [weir.json:19]", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public async Task Check_speaks_JSON()
    {
        var (code, output, _) = await RunAsync(Faults.Twenty, "check", "FILE", "--format", "json");
        Assert.Equal(1, code);
        using var json = JsonDocument.Parse(output);
        Assert.False(json.RootElement.GetProperty("valid").GetBoolean());
        Assert.Equal(Faults.Named, json.RootElement.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task Check_counts_routes_and_clusters_in_JSON()
    {
        var (code, output, _) = await RunAsync(Good, "check", "FILE", "--format", "json");
        Assert.Equal(0, code);
        using var json = JsonDocument.Parse(output);
        Assert.Equal(1, json.RootElement.GetProperty("clusters").GetInt32());
        Assert.Equal(2, json.RootElement.GetProperty("routes").GetInt32());
    }

    [Fact]
    public async Task Run_prints_every_fault_to_standard_error_and_exits_1()
    {
        var (code, _, error) = await RunAsync(Faults.Twenty, "run", "--config", "FILE");
        Assert.Equal(1, code);
        Assert.All(Faults.Named, named => Assert.Contains(named, error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://shop.example/shop/cart", "GET", null, "shop")]
    [InlineData("http://any.example/shop/api/1", "POST", "X-Key: 1", "api")]
    [InlineData("http://any.example/shop/cart", "GET", null, null)]
    [InlineData("http://shop.example/shop/cart", "POST", null, null)]
    [InlineData("http://any.example/shop/api/1", "GET", "X-Key: 2", null)]
    public async Task Explain_finds_the_route_that_YARP_would(string url, string method, string? header, string? route)
    {
        string[] more = header is null ? [] : ["--header", header];
        var (code, output, error) = await RunAsync(
            Good, ["explain", url, "--config", "FILE", "--method", method, "--management", "http://127.0.0.1:1", .. more]);
        Assert.Equal(route is null ? 1 : 0, code);
        if (route is null)
            Assert.StartsWith("No route takes", error, StringComparison.Ordinal);
        else
            Assert.Contains($"route      {route}", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_shows_admission_policy_and_the_arithmetic_of_each_server()
    {
        var (_, output, _) = await RunAsync(
            Good, "explain", "http://shop.example/shop/x", "--config", "FILE", "--management", "http://127.0.0.1:1");
        Assert.Contains("priority High, waits at most 00:00:02 (Weir:Admission:Routes:shop:MaxWait)", output, StringComparison.Ordinal);
        Assert.Contains("RoundRobin", output, StringComparison.Ordinal);
        Assert.Contains("http://127.0.0.1:8081", output, StringComparison.Ordinal);
        Assert.Contains("nobody told, so by default 150 workers, 1 kept free: 149", output, StringComparison.Ordinal);
        Assert.Contains("149 requests at once on 1 servers", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_takes_limits_and_policy_from_the_configuration_when_no_gateway_answers()
    {
        var (code, output, _) = await RunAsync(Farm("http://127.0.0.1:0"), "explain", "http://a/x", "--config", "FILE", "--management", "http://127.0.0.1:1");
        Assert.Equal(0, code);
        Assert.Contains("PeakEwma (Weir:Balancing:DefaultPolicy)", output, StringComparison.Ordinal);
        Assert.Contains("from the configuration; no running gateway answered", output, StringComparison.Ordinal);
        Assert.Contains("configuration says 400 workers, 10 kept free, shared by 2 gateways: 195", output, StringComparison.Ordinal);
        Assert.Contains("configuration says 7 requests", output, StringComparison.Ordinal);
        Assert.Contains("nobody told, so by default 60 workers, 10 kept free, shared by 2 gateways: 25", output, StringComparison.Ordinal);
        Assert.Contains("227 requests at once on 3 servers", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_says_that_a_status_page_is_hidden()
    {
        var (code, _, error) = await RunAsync(Farm("http://127.0.0.1:0"), "explain", "http://a/server-status?auto", "--config", "FILE", "--management", "http://127.0.0.1:1");
        Assert.Equal(1, code);
        Assert.Contains("404 (Weir:Farm:HideStatus)", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_shows_the_running_gateways_numbers_and_needs_its_token()
    {
        const string token = "a-token-of-enough-length";
        using var directory = new ConfigurationDirectory();
        var tokenFile = directory.Write(token + "\n", "token");
        var file = directory.Write(Farm("http://127.0.0.1:0"));
        await using var gateway = GatewayHost.Build(
            ["--config", file, "--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=None", "--Weir:Management:TokenFile=" + tokenFile]);
        await gateway.StartAsync();
        var address = gateway.Services.GetRequiredService<ManagementService>().Address!;
        string[] ask = ["explain", "http://a/x", "--config", "FILE", "--management", address];

        var (_, without, _) = await RunAsync(Farm("http://127.0.0.1:0"), ask);
        Assert.Contains("from the configuration; the running gateway wants a token: --token-file or WEIR_MANAGEMENT_TOKEN", without, StringComparison.Ordinal);

        var (_, with, _) = await RunAsync(Farm("http://127.0.0.1:0"), [.. ask, "--token-file", tokenFile]);
        Assert.Contains("live, from the running gateway", with, StringComparison.Ordinal);
        Assert.Contains("waiting    0 requests in the cluster's line", with, StringComparison.Ordinal);

        var (code, _, error) = await RunAsync(Farm("http://127.0.0.1:0"), [.. ask, "--token-file", directory.File("none")]);
        Assert.Equal(1, code);
        Assert.Contains("cannot be read or holds no token", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Live_numbers_are_read_tolerantly()
    {
        using var farm = JsonDocument.Parse(
            """
            {"servers": [{"address": "HTTP://127.0.0.1:8081/", "limit": 40, "inFlight": 3, "source": "scoreboard", "reason": "41 - 1"}, {"limit": 1}, 7],
             "clusters": [{"id": "c", "waiting": 5}, {"waiting": 1}, "x"]}
            """);
        var numbers = LiveFarm.Read(farm.RootElement);
        var limit = Assert.Single(numbers.Servers);
        Assert.Equal("http://127.0.0.1:8081", limit.Key);
        Assert.Equal(new ServerLimit(40, "scoreboard", "41 - 1", 3), limit.Value);
        Assert.Equal(new KeyValuePair<string, long>("c", 5), Assert.Single(numbers.Waiting));
    }

    private static string Farm(string management) =>
        $$"""
        {"Weir": {
           "Management": {"Url": "{{management}}"},
           "Balancing": {"DefaultPolicy": "PeakEwma"},
           "Farm": {"Gateways": 2, "Reserve": 10, "StatusPath": "/server-status?auto", "Defaults": {"MaxRequestWorkers": 60},
                    "Servers": [{"Address": "http://127.0.0.1:7", "MaxRequestWorkers": 400}, {"Address": "http://127.0.0.1:9", "Limit": 7}]} },
         "ReverseProxy": {
           "Routes": {"all": {"ClusterId": "c", "Match": {"Path": "/{**x}"} } },
           "Clusters": {"c": {"Destinations": {
             "a": {"Address": "http://127.0.0.1:7"}, "b": {"Address": "http://127.0.0.1:9"}, "d": {"Address": "http://127.0.0.1:11"}, "d2": {"Address": "http://127.0.0.1:11/"} } } } } }
        """;

    private static Task<(int Code, string Output, string Error)> RunAsync(string json, params string[] arguments) => WeirRun.Async(json, arguments);
}
