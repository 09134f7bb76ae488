using System.Diagnostics;
using System.Text.Json.Nodes;
using Weir.Support;
using Weir.Support.Apache;
using Weir.Support.Load;

namespace Weir.Functional.Forwarding;

/// <summary>Connections that know the MPM, against real Apaches.</summary>
public sealed class ConnectionsToApacheTests
{
    private const string Event50 = "StartServers 2\nMinSpareThreads 50\nMaxSpareThreads 50\nServerLimit 4\nThreadsPerChild 25\nMaxRequestWorkers 50";

    // 90 % to 133 % of the workers: where event begins to close kept connections unanswered, and far beyond.
    [Theory]
    [InlineData(45)]
    [InlineData(50)]
    [InlineData(55)]
    [InlineData(67)]
    public async Task No_request_fails_however_many_connections_an_event_Apache_is_given(int connections)
    {
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions { MpmBlock = Event50 });
        var weir = (JsonObject)JsonNode.Parse($$"""
            { "Farm": { "ColdStart": { "Enabled": false }, "Servers": [ { "Address": "{{apache.Url}}", "Mpm": "Event", "Limit": {{connections}}, "OpenConnections": {{connections}} } ] } }
            """)!;
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.InFrontOf([apache.Url], weir));

        var result = await LoadClient.RunAsync(new LoadOptions
        {
            Target = gateway.EndPoint,
            Connections = 150,
            Path = "/slow?ms=5",
            Timeout = TimeSpan.FromSeconds(20),
            Duration = TimeSpan.FromSeconds(4),
        });

        var stale = await GatewayPages.MetricAsync(gateway, "weir_forwarding_stale_total");
        Assert.True(result is { Failed: 0, Ok: > 500 }, $"{result}, {stale} stale\n{string.Join('\n', gateway.Log)}");
    }

    [Fact]
    public async Task Idle_connections_to_a_prefork_Apache_never_delay_a_new_request()
    {
        const int workers = 150;
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions
        {
            Mpm = "prefork",
            MpmBlock = $"StartServers {workers}\nMinSpareServers {workers}\nMaxSpareServers {workers + 1}\nServerLimit {workers}\nMaxRequestWorkers {workers}",
        });
        var weir = (JsonObject)JsonNode.Parse($$"""{ "Farm": { "ColdStart": { "Enabled": false }, "Servers": [ { "Address": "{{apache.Url}}", "MaxRequestWorkers": {{workers}}, "Mpm": "Prefork" } ] } }""")!;
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.InFrontOf([apache.Url], weir));
        // As many at once as the limit allows: each leaves its connection in the pool.
        var fill = await LoadClient.RunAsync(new LoadOptions
        {
            Target = gateway.EndPoint,
            Connections = workers * 2,
            Path = "/slow?ms=300",
            Timeout = TimeSpan.FromSeconds(20),
            Duration = TimeSpan.FromSeconds(2),
        });
        Assert.True(fill is { Failed: 0 }, fill.ToString());
        await GatewayPages.UntilServerAsync(gateway, s => s.GetProperty("idleConnections").GetInt32() > 100, "the pool is full of idle connections");

        var slowest = TimeSpan.Zero;
        for (var i = 0; i < 20; i++)
        {
            // A client of its own each time, so that every event loop gets some.
            using var http = new HttpClient();
            var clock = Stopwatch.StartNew();
            await http.GetStringAsync(gateway.Url + "/page/1k");
            slowest = clock.Elapsed > slowest ? clock.Elapsed : slowest;
        }

        // Waiting for a keep-alive time-out would take seconds.
        Assert.True(slowest < TimeSpan.FromSeconds(2), $"the slowest took {slowest}");
        using var direct = new HttpClient();
        // The reserve is free too, whatever the pool holds.
        Assert.Contains("ServerMPM", await direct.GetStringAsync(apache.Url + "/server-status?auto").WaitAsync(TimeSpan.FromSeconds(60)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_idle_connection_is_closed_before_its_Apache_would_close_it()
    {
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions { MpmBlock = Event50, KeepAliveTimeout = 3 });
        var weir = (JsonObject)JsonNode.Parse($$"""{ "Farm": { "Servers": [ { "Address": "{{apache.Url}}", "KeepAliveTimeout": "00:00:03" } ] } }""")!;
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.InFrontOf([apache.Url], weir));
        using var http = new HttpClient();
        for (var i = 0; i < 4; i++)
        {
            await http.GetStringAsync(gateway.Url + "/page/1k");
            await GatewayPages.UntilServerAsync(gateway, s => s.GetProperty("openConnections").GetInt32() == 0, "the idle connection is closed");
        }

        Assert.Equal(0, await GatewayPages.MetricAsync(gateway, "weir_forwarding_stale_total"));
    }

    [Fact]
    public async Task An_Apache_that_bounds_the_requests_of_a_connection_costs_no_request()
    {
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions { MpmBlock = Event50, MaxKeepAliveRequests = 3 });
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.InFrontOf([apache.Url]));
        var result = await LoadClient.RunAsync(new LoadOptions
        {
            Target = gateway.EndPoint,
            Connections = 20,
            Method = "POST",
            Path = "/slow?ms=1",
            Body = new byte[2000],
            Timeout = TimeSpan.FromSeconds(20),
            Duration = TimeSpan.FromSeconds(2),
        });
        Assert.True(result is { Failed: 0, Ok: > 100 }, result + "\n" + string.Join('\n', gateway.Log));
    }
}
