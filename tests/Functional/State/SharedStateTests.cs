using System.Text.Json;
using System.Text.Json.Nodes;
using Weir.Support;
using Weir.Support.Apache;
using Weir.Support.Load;

namespace Weir.Functional.State;

/// <summary>Real gateways, a real Redis and a real Apache of 40 workers.</summary>
public sealed class SharedStateTests
{
    private const string Block = "StartServers 2\nMinSpareThreads 20\nMaxSpareThreads 40\nThreadsPerChild 20\nMaxRequestWorkers 40";

    [Fact]
    public async Task Gateways_divide_a_server_by_those_that_are_alive()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions { MpmBlock = Block });
        await using var one = await StartAsync(apache, redis);
        await LimitAsync(one, 39);

        await using (var two = await StartAsync(apache, redis))
        {
            await LimitAsync(two, 19);
            await LimitAsync(one, 19);
            // Both shares together stay within what Apache has.
            Assert.Equal(2, await GatewayPages.MetricAsync(one, "weir_state_replicas"));
            await two.SignalAsync("KILL");
            await two.WaitForExitAsync(TimeSpan.FromSeconds(60));
            await LimitAsync(one, 39);
        }

        // One that ends as asked gives its share back without the time-out.
        await using (var two = await StartAsync(apache, redis, timeout: "00:02:00"))
        {
            await LimitAsync(one, 19);
            await two.SignalAsync("TERM");
            await two.WaitForExitAsync(TimeSpan.FromSeconds(60));
            await LimitAsync(one, 39);
        }
    }

    [Fact]
    public async Task Redis_may_die_and_come_back_under_load_no_request_notices_and_bans_made_meanwhile_are_merged()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions { MpmBlock = Block });
        await using var one = await StartAsync(apache, redis);
        await using var two = await StartAsync(apache, redis);
        await LimitAsync(one, 19);
        await LimitAsync(two, 19);
        Assert.Contains("connected to redis", await SharedStateAsync(one), StringComparison.Ordinal);
        var loads = new[] { one, two }.Select(g => LoadClient.RunAsync(new LoadOptions
        {
            Target = g.EndPoint,
            Connections = 8,
            Path = "/page/1k",
            Duration = TimeSpan.FromSeconds(6),
            ThinkTime = TimeSpan.FromMilliseconds(10),
            Timeout = TimeSpan.FromSeconds(30),
        })).ToArray();

        await Task.Delay(1000);
        await redis.KillAsync();
        await UntilAsync(async () => (await SharedStateAsync(one)).Contains("local only since", StringComparison.Ordinal), "local only");
        await UntilAsync(async () => (await SharedStateAsync(two)).Contains("local only since", StringComparison.Ordinal), "local only");
        using (var http = new HttpClient())
            Assert.Equal((200, 200), (await one.ReadyAsync(http), await two.ReadyAsync(http)));
        // Each goes on with bans of its own.
        await Visitor.BanAsync(one, "127.0.0.61");
        await Visitor.BanAsync(two, "127.0.0.62");
        await UntilAsync(async () => await Visitor.IsShutOutAsync(one, "127.0.0.61") && await Visitor.IsShutOutAsync(two, "127.0.0.62"), "banned where they were made");
        Assert.Equal((200, 200), (await Visitor.AskAsync(one, "127.0.0.62"), await Visitor.AskAsync(two, "127.0.0.61")));
        await redis.RestartAsync();
        await UntilAsync(async () => (await SharedStateAsync(one)).Contains("connected to redis", StringComparison.Ordinal), "connected again");

        await UntilAsync(async () => await Visitor.IsShutOutAsync(one, "127.0.0.62") && await Visitor.IsShutOutAsync(two, "127.0.0.61"), "merged");

        foreach (var result in await Task.WhenAll(loads))
        {
            Assert.True(result.Ok > 0 && result.Failed == 0, result.ToString());
            Assert.Equal([200], result.Statuses.Keys);
        }

        await LimitAsync(one, 19);
        await LimitAsync(two, 19);
    }

    private static Task<GatewayProcess> StartAsync(ApacheServer apache, RedisServer redis, string timeout = "00:00:03") =>
        GatewayProcess.StartAsync(GatewayProcess.InFrontOf([apache.Url], (JsonObject)JsonNode.Parse($$"""
            {
              "State": { "HeartbeatInterval": "00:00:00.25", "ReplicaTimeout": "{{timeout}}", "Redis": { "Url": "{{redis.Url}}" } },
              "Farm": { "ColdStart": { "Enabled": false } },
              "Shutdown": { "DrainDelay": "00:00:00" }
            }
            """)!));

    private static Task LimitAsync(GatewayProcess gateway, int limit) => UntilAsync(
        async () =>
        {
            using var http = new HttpClient();
            using var json = JsonDocument.Parse(await http.GetStringAsync(gateway.ManagementUrl + "/api/farm"));
            return json.RootElement.GetProperty("servers").EnumerateArray().All(s => s.GetProperty("limit").GetInt32() == limit);
        },
        $"limit {limit}");

    private static async Task<string> SharedStateAsync(GatewayProcess gateway)
    {
        using var http = new HttpClient();
        using var json = JsonDocument.Parse(await http.GetStringAsync(gateway.ManagementUrl + "/readyz?verbose"));
        return json.RootElement.GetProperty("sharedState").GetString() ?? "";
    }

    private static Task UntilAsync(Func<Task<bool>> condition, string what) => Visitor.UntilAsync(condition, what);
}
