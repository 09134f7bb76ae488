using System.CommandLine;
using System.Text.Json;
using Weir.Gateway.Cli;
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
        Assert.Contains("MaxRequestWorkers 150 - reserve 1", output, StringComparison.Ordinal);
        Assert.Contains("149 requests at once on 1 servers", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Live_numbers_are_read_tolerantly()
    {
        using var farm = JsonDocument.Parse(
            """{"servers": [{"address": "HTTP://127.0.0.1:8081/", "limit": 40, "inFlight": 3, "waiting": 1, "source": "scoreboard", "reason": "41 - 1"}, {"limit": 1}, 7]}""");
        var limit = Assert.Single(LiveFarm.Read(farm.RootElement));
        Assert.Equal("http://127.0.0.1:8081", limit.Key);
        Assert.Equal(new ServerLimit(40, "scoreboard", "41 - 1", 3, 1), limit.Value);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(string json, params string[] arguments)
    {
        using var directory = new ConfigurationDirectory();
        var file = directory.Write(json);
        using var output = new StringWriter();
        using var error = new StringWriter();
        var parsed = WeirCommand.Create().Parse([.. arguments.Select(a => a == "FILE" ? file : a)]);
        var code = await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
        return (code, output.ToString(), error.ToString());
    }
}
