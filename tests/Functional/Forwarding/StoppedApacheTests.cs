using System.Text.Json.Nodes;
using Weir.Support;
using Weir.Support.Apache;
using Weir.Support.Load;

namespace Weir.Functional.Forwarding;

public sealed class StoppedApacheTests
{
    private const string Event50 = "StartServers 2\nMinSpareThreads 50\nMaxSpareThreads 50\nServerLimit 4\nThreadsPerChild 25\nMaxRequestWorkers 50";

    // A stopped process still has its port open: the kernel takes connections for it, and nobody ever answers.
    [Fact]
    public async Task An_Apache_that_is_stopped_under_load_costs_no_request_and_serves_again_when_it_goes_on()
    {
        await using var first = await ApacheServer.StartAsync(new ApacheOptions { MpmBlock = Event50 });
        await using var second = await ApacheServer.StartAsync(new ApacheOptions { MpmBlock = Event50 });
        var whole = GatewayProcess.InFrontOf([first.Url, second.Url], (JsonObject)JsonNode.Parse("""
            {
              "Farm": { "Poll": { "Interval": "00:00:00.2" } },
              "Admission": { "Ejection": { "ProbeInterval": "00:00:00.2", "MaxProbeInterval": "00:00:01", "SlowStart": "00:00:01" }, "Retry": { "Budget": 1 } }
            }
            """)!);
        whole["ReverseProxy"]!["Clusters"]!["farm"]!["HttpRequest"] = JsonNode.Parse("""{ "ActivityTimeout": "00:00:01" }""");
        await using var gateway = await GatewayProcess.StartAsync(whole);
        await GatewayPages.UntilServerAsync(gateway, s => s.GetProperty("limit").GetInt32() == 49, "the limits are known");
        // The load lasts until the server is seen to serve again: on a busy machine that takes longer than on an idle one.
        using var stop = new CancellationTokenSource();
        var load = LoadClient.RunAsync(new LoadOptions
        {
            Target = gateway.EndPoint,
            Connections = 60,
            Path = "/slow?ms=20",
            Timeout = TimeSpan.FromSeconds(20),
            Duration = TimeSpan.FromMinutes(3),
        }, stop.Token);
        await Task.Delay(1500);
        await first.SignalAllAsync("STOP");
        try
        {
            await GatewayPages.UntilServerAsync(gateway, s => s.GetProperty("address").GetString() == first.Url && s.GetProperty("ejected").GetBoolean(), "the stopped server is left out");
            await Task.Delay(2000);
        }
        finally
        {
            await first.SignalAllAsync("CONT");
        }

        await GatewayPages.UntilServerAsync(
            gateway, s => s.GetProperty("address").GetString() == first.Url && !s.GetProperty("ejected").GetBoolean() && s.GetProperty("inFlight").GetInt32() > 0, "it serves again");
        await stop.CancelAsync();
        var result = await load;
        Assert.True(result is { Failed: 0, Ok: > 1000 }, result + "\n" + string.Join('\n', gateway.Log));
    }
}
