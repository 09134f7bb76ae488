using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Weir.Bench.Measure;
using Weir.Support;
using Weir.Support.Load;

namespace Weir.Bench;

/// <summary>How long a large farm's new route takes from the file to live, and what its clients notice.</summary>
internal sealed class ReloadBench : IBench
{
    public string Name => "reload";

    public string Summary => "500 servers in 100 clusters: time from the file's change to the new route, under load";

    public string Options => """
          --servers 500       upstream servers, spread over the clusters
          --clusters 100
          --reloads 20
          --clients 32        closed-loop clients meanwhile
          --write             put the figures into docs/benchmarks.md
        """;

    public async Task<int> RunAsync(BenchArguments arguments, CancellationToken stop)
    {
        var (servers, clusters) = (arguments.Number("servers", 500), arguments.Number("clusters", 100));
        var (reloads, clients) = (arguments.Number("reloads", 20), arguments.Number("clients", 32));
        await using var farm = await StartFarmAsync(servers);
        int[] ports = [.. farm.Urls.Select(u => new Uri(u).Port)];
        await using var gateway = await GatewayProcess.StartAsync(Configuration(ports, clusters, generation: 0));
        var kestrel = JsonNode.Parse(await File.ReadAllTextAsync(gateway.ConfigFile, stop))!.AsObject();

        using var loadEnd = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var load = LoadClient.RunAsync(
            new LoadOptions { Target = gateway.EndPoint, Connections = clients, Path = "/c7/x", Duration = TimeSpan.FromMinutes(10) },
            loadEnd.Token);
        await Task.Delay(TimeSpan.FromSeconds(2), CancellationToken.None);
        var before = ProcessStats.Read(gateway.Pid);
        var times = new List<double>();
        using var http = new HttpClient { BaseAddress = new Uri(gateway.Url) };
        for (var generation = 1; generation <= reloads && !stop.IsCancellationRequested; generation++)
        {
            var next = Configuration(ports, clusters, generation);
            foreach (var kept in new[] { "Kestrel", "Weir", "Logging" })
                next[kept] = kestrel[kept]?.DeepClone();
            await gateway.WriteConfigurationAsync(next);
            times.Add(await WaitForAsync(http, $"/new-{generation}"));
        }

        var after = ProcessStats.Read(gateway.Pid);
        await loadEnd.CancelAsync();
        var result = await load;
        stop.ThrowIfCancellationRequested();
        times.Sort();

        var text = $"""
            ## Reload of a large farm

            {servers} servers in {clusters} clusters, {reloads} reloads that each add a route, under {clients} closed-loop clients.

            | from the file's change to the new route | median | slowest |
            |-----------------------------------------|-------:|--------:|
            | milliseconds                            | {times[times.Count / 2],6:F0} | {times[^1],7:F0} |

            Requests meanwhile: {result.Ok} good, {result.Failed} failed. Gateway memory {before.RssBytes >> 20} MB before, {after.RssBytes >> 20} MB after.
            {MachineFacts.Describe()}.
            Again: `make bench BENCH="reload --write"`.
            """;
        Console.WriteLine(text);
        foreach (var failure in result.FirstFailures)
            Console.WriteLine(failure);
        if (arguments.Flag("write"))
            ReportFile.Write(Name, text);
        return 0;
    }

    private static async Task<double> WaitForAsync(HttpClient http, string path)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromSeconds(30))
        {
            using var answer = await http.GetAsync(path);
            if (answer.IsSuccessStatusCode)
                return clock.Elapsed.TotalMilliseconds;
            await Task.Delay(2);
        }

        throw new TimeoutException($"{path} did not become live within 30 s.");
    }

    // Servers that only have to be there: one Kestrel on many ports.
    private static async Task<WebApplication> StartFarmAsync(int servers)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            for (var i = 0; i < servers; i++)
                kestrel.Listen(IPAddress.Loopback, 0);
        });
        var app = builder.Build();
        app.Run(context => context.Response.WriteAsync("here"));
        await app.StartAsync();
        return app;
    }

    private static JsonObject Configuration(int[] ports, int clusters, int generation)
    {
        var (routeList, clusterList) = (new JsonObject(), new JsonObject());
        for (var c = 0; c < clusters; c++)
        {
            var destinations = new JsonObject();
            for (var s = c; s < ports.Length; s += clusters)
                destinations[$"s{s}"] = new JsonObject { ["Address"] = $"http://127.0.0.1:{ports[s]}/" };
            clusterList[$"c{c}"] = new JsonObject { ["Destinations"] = destinations };
            routeList[$"r{c}"] = Route($"c{c}", $"/c{c}/{{**rest}}");
        }

        if (generation > 0)
            routeList[$"new-{generation}"] = Route($"c{generation % clusters}", $"/new-{generation}");
        return new JsonObject
        {
            ["Logging"] = JsonNode.Parse("""{ "LogLevel": { "Default": "Warning" } }"""),
            ["ReverseProxy"] = new JsonObject { ["Routes"] = routeList, ["Clusters"] = clusterList },
        };
    }

    private static JsonObject Route(string cluster, string path) =>
        new() { ["ClusterId"] = cluster, ["Match"] = new JsonObject { ["Path"] = path } };
}
