using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weir.Support;
using Weir.Support.Apache;
using Weir.Support.Load;

namespace Weir.Functional;

/// <summary>The real gateway in front of real Apaches, with more clients than they can take.</summary>
public sealed class FarmUnderLoadTests
{
    private const string Grown = "StartServers 2\nMinSpareThreads 50\nMaxSpareThreads 50\nServerLimit 4\nThreadsPerChild 25\nMaxRequestWorkers 50";

    [Theory]
    [InlineData("prefork", "StartServers 30\nMinSpareServers 30\nMaxSpareServers 31\nMaxRequestWorkers 30", 30)]
    [InlineData("worker", Grown, 50)]
    [InlineData("event", Grown, 50)]
    public async Task Far_more_clients_than_workers_are_served_without_an_error_and_Apache_is_never_full(string mpm, string block, int workers)
    {
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions { Mpm = mpm, MpmBlock = block });
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.InFrontOf([apache.Url], Quick()));
        await GatewayPages.UntilServerAsync(gateway, s => s.GetProperty("limit").GetInt32() == workers - 1, "the limit is one below MaxRequestWorkers");

        var load = LoadClient.RunAsync(new LoadOptions
        {
            Target = gateway.EndPoint,
            Connections = 300,
            Path = "/slow?ms=50",
            Timeout = TimeSpan.FromSeconds(20),
            Duration = TimeSpan.FromSeconds(4),
        });
        var most = 0;
        using var http = new HttpClient();
        while (!load.IsCompleted)
        {
            // The reserved slot answers at once, however many wait.
            var page = await http.GetStringAsync(apache.Url + "/server-status?auto").WaitAsync(TimeSpan.FromSeconds(60));
            most = Math.Max(most, int.Parse(page.Split("BusyWorkers: ")[1].Split('\n')[0]));
            await Task.Delay(100);
        }

        var result = await load;
        Assert.True(result is { Failed: 0, Ok: > 300 }, result + "\n" + string.Join('\n', gateway.Log));
        Assert.InRange(most, workers / 2, workers);
    }

    [Fact]
    public async Task A_killed_Apache_costs_no_request_and_comes_back_through_slow_start()
    {
        await using var first = await ApacheServer.StartAsync(new ApacheOptions { MpmBlock = Grown });
        await using var second = await ApacheServer.StartAsync(new ApacheOptions { MpmBlock = Grown });
        var weir = Quick();
        weir["Admission"] = JsonNode.Parse("""{ "Ejection": { "ProbeInterval": "00:00:00.2", "MaxProbeInterval": "00:00:00.5", "SlowStart": "00:00:10" } }""");
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.InFrontOf([first.Url, second.Url], weir));
        await GatewayPages.UntilServerAsync(gateway, s => s.GetProperty("limit").GetInt32() == 49, "both limits are known");
        var load = LoadClient.RunAsync(new LoadOptions
        {
            Target = gateway.EndPoint,
            Connections = 150,
            Path = "/slow?ms=50",
            Timeout = TimeSpan.FromSeconds(20),
            Duration = TimeSpan.FromSeconds(7),
        });
        await Task.Delay(1500);
        await first.KillAsync();
        await GatewayPages.UntilServerAsync(gateway, s => Is(s, first) && s.GetProperty("ejected").GetBoolean(), "the dead server is left out");
        await Task.Delay(1000);

        await first.RestartAsync();

        await GatewayPages.UntilServerAsync(gateway, s => Is(s, first) && !s.GetProperty("ejected").GetBoolean() && s.GetProperty("startFraction").GetDouble() < 1, "it starts slowly");
        await GatewayPages.UntilServerAsync(gateway, s => Is(s, first) && s.GetProperty("inFlight").GetInt32() > 0, "it serves again");
        var result = await load;
        Assert.True(result is { Failed: 0, Ok: > 1000 }, result + "\n" + string.Join('\n', gateway.Log));
    }

    [Fact]
    public async Task Reloads_under_load_fail_no_request()
    {
        await using var first = await ApacheServer.StartAsync(new ApacheOptions { MpmBlock = Grown });
        await using var second = await ApacheServer.StartAsync(new ApacheOptions { MpmBlock = Grown });
        var whole = GatewayProcess.InFrontOf([first.Url, second.Url], Quick());
        await using var gateway = await GatewayProcess.StartAsync(whole);
        whole = (JsonObject)JsonNode.Parse(await File.ReadAllTextAsync(gateway.ConfigFile))!;
        var destinations = whole["ReverseProxy"]!["Clusters"]!["farm"]!["Destinations"]!.AsObject();
        using var stop = new CancellationTokenSource();
        var load = LoadClient.RunAsync(
            new LoadOptions { Target = gateway.EndPoint, Connections = 120, Path = "/slow?ms=20", Timeout = TimeSpan.FromSeconds(20), Duration = TimeSpan.FromMinutes(2) },
            stop.Token);

        for (var i = 0; i < 10; i++)
        {
            // The second server leaves and comes back, and the longest wait changes with each.
            if (i % 2 == 0)
                destinations.Remove("server-2");
            else
                destinations["server-2"] = new JsonObject { ["Address"] = second.Url };
            whole["Weir"]!["Admission"] = new JsonObject { ["MaxWait"] = $"00:00:{20 + i}" };
            await gateway.WriteConfigurationAsync(whole);
            Assert.True(await GatewayPages.ReloadedAsync(gateway, i + 1), string.Join('\n', gateway.Log));
        }

        await stop.CancelAsync();
        var result = await load;
        Assert.True(result is { Failed: 0, Ok: > 1000 }, result + "\n" + string.Join('\n', gateway.Log));
    }

    [Fact]
    public async Task A_session_stays_on_its_server_waits_for_it_and_moves_when_it_is_taken_out()
    {
        await using var first = await ApacheServer.StartAsync(new ApacheOptions { MpmBlock = Grown });
        await using var second = await ApacheServer.StartAsync(new ApacheOptions { MpmBlock = Grown });
        var whole = GatewayProcess.InFrontOf([first.Url, second.Url], Quick());
        whole["ReverseProxy"]!["Clusters"]!["farm"]!["SessionAffinity"] = JsonNode.Parse("""{ "Enabled": true, "Policy": "HashCookie", "AffinityKeyName": "farm" }""");
        await using var gateway = await GatewayProcess.StartAsync(whole);
        using var browser = new HttpClient { BaseAddress = new Uri(gateway.Url) };
        var page = await browser.GetStringAsync("/");
        for (var i = 0; i < 10; i++)
            Assert.Equal(page, await browser.GetStringAsync("/"));
        var own = page.Contains($"on {first.Port}", StringComparison.Ordinal) ? first : second;
        var other = own == first ? second : first;

        await ModeAsync(gateway, own, "drain");
        Assert.Equal(page, await browser.GetStringAsync("/"));
        using (var stranger = new HttpClient { BaseAddress = new Uri(gateway.Url) })
            Assert.Contains($"on {other.Port}", await stranger.GetStringAsync("/"), StringComparison.Ordinal);

        await ModeAsync(gateway, own, "maintenance");
        var moved = await browser.GetStringAsync("/");
        Assert.Contains($"on {other.Port}", moved, StringComparison.Ordinal);
        await ModeAsync(gateway, own, "ready");
        Assert.Equal(moved, await browser.GetStringAsync("/"));
    }

    /// <summary>Status pages every 200 ms, so that a test need not wait for the default of 2 s.</summary>
    private static JsonObject Quick() =>
        (JsonObject)JsonNode.Parse("""{ "Farm": { "Poll": { "Interval": "00:00:00.2" } } }""")!;

    private static bool Is(JsonElement server, ApacheServer apache) => server.GetProperty("address").GetString() == apache.Url;

    private static async Task ModeAsync(GatewayProcess gateway, ApacheServer server, string mode)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{gateway.ManagementUrl}/api/farm/servers/{mode}?address={Uri.EscapeDataString(server.Url)}");
        request.Headers.Add("X-Weir", "1");
        using var answer = await http.SendAsync(request);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }
}
