using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Weir.Bench.Measure;
using Weir.Bench.Paths;
using Weir.Support;

namespace Weir.Bench.Edge;

/// <summary>From a ban on one gateway to the first connection that the other one refuses, through a real redis-server.</summary>
internal static class SharedBan
{
    private const double WantedMilliseconds = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static async Task<string> RunAsync(BenchArguments arguments, CancellationToken stop)
    {
        var bans = Math.Clamp(arguments.Number("bans", 20), 1, 250);
        await using var redis = await RedisServer.StartAsync();
        await using var origin = await OriginPath.StartAsync();
        await using var one = await WeirAsync(redis, origin);
        await using var two = await WeirAsync(redis, origin);
        using var http = new HttpClient();
        await OperatorBans.AddAsync(http, one.Gateway, ["127.0.4.254"], stop);
        await RefusedAsync(two, new IPAddress([127, 0, 4, 254]), stop);
        double[] milliseconds = new double[bans];
        for (var i = 0; i < bans; i++)
        {
            var client = new IPAddress([127, 0, 4, (byte)(i + 1)]);
            if (await IsRefusedAsync(two, client, stop))
                throw new InvalidOperationException($"{client} is refused before it is banned.");
            var start = Stopwatch.GetTimestamp();
            var banning = OperatorBans.AddAsync(http, one.Gateway, [client.ToString()], stop);
            await RefusedAsync(two, client, stop);
            milliseconds[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            await banning;
        }

        Array.Sort(milliseconds);
        var table = new Table("from the operator's request to the other replica's first refusal", "median", "slowest", "wanted", "verdict");
        table.Add("milliseconds", $"{milliseconds[bans / 2]:F1}", $"{milliseconds[^1]:F1}", $"<= {WantedMilliseconds:F0}", milliseconds[^1] <= WantedMilliseconds ? "reached" : "missed");
        return $"""
            ## A ban on another replica

            Two gateways and one redis-server; {bans} addresses are banned on one of them, one after the other, while a client of that address keeps
            connecting to the other one.

            {table}
            """;
    }

    private static Task<WeirPath> WeirAsync(RedisServer redis, OriginPath origin) => WeirPath.StartAsync([origin.EndPoint.Port], (JsonObject)JsonNode.Parse($$"""
        { "State": { "Redis": { "Url": "{{redis.Url}}" } }, "Jail": { "StateFile": "" } }
        """)!);

    private static async Task RefusedAsync(WeirPath gateway, IPAddress client, CancellationToken stop)
    {
        for (var start = Stopwatch.GetTimestamp(); !await IsRefusedAsync(gateway, client, stop);)
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
                throw new InvalidOperationException($"{client} is not refused after {Patience.TotalSeconds} s.");
            await Task.Delay(1, stop);
        }
    }

    private static async Task<bool> IsRefusedAsync(WeirPath gateway, IPAddress client, CancellationToken stop)
    {
        var knocks = await Knocks.RunAsync(gateway.EndPoint, [client], _ => "GET /1k HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 1, stop);
        return knocks.Share("reset") > 0;
    }
}
