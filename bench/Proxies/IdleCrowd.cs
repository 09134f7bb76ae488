using System.Net;
using Weir.Bench.Load;
using Weir.Bench.Measure;
using Weir.Bench.Paths;
using Weir.Support.Load;

namespace Weir.Bench.Proxies;

/// <summary>What many idle connections do to the few that work.</summary>
/// <param name="IdleLost">Idle connections that could not be opened, or did not answer when asked again at the end.</param>
/// <param name="Failed">Requests of the active ones that failed, in all runs.</param>
/// <param name="AloneP99">Milliseconds, mean of the run before and the run after.</param>
internal sealed record IdleCrowd(string Proxy, int Idle, int Active, int IdleLost, long Failed, double AloneP50, double AloneP99, double CrowdP50, double CrowdP99)
{
    public double Ratio => CrowdP99 / AloneP99;

    public bool IsClean => IdleLost == 0 && Failed == 0;

    public static async Task<IdleCrowd> RunAsync(Contenders contenders, string name, int idle, int active, int seconds, CancellationToken stop)
    {
        await using var origin = await OriginPath.StartAsync();
        await using var path = await contenders.StartAsync(name, origin.EndPoint.Port);
        await new LoadRequest(path.EndPoint, IsTls: false, "/1k", Connections: 64, Seconds: 3).RunAsync(stop);
        var options = new LoadOptions
        {
            Target = path.EndPoint,
            Connections = active,
            LocalAddresses = [.. Enumerable.Range(20, 8).Select(n => new IPAddress([127, 0, 0, (byte)n]))],
            Path = "/1k",
            ThinkTime = TimeSpan.FromSeconds(1),
            RampUp = TimeSpan.FromSeconds(1),
            WarmUp = TimeSpan.FromSeconds(1.5),
            Duration = TimeSpan.FromSeconds(1.5 + seconds),
        };
        var before = await LoadClient.RunAsync(options, stop);
        LoadResult crowded;
        int lost;
        using (var crowd = await IdleConnections.OpenAsync(path.EndPoint, isTls: false, idle, stop))
        {
            await Task.Delay(TimeSpan.FromSeconds(1), stop);
            crowded = await LoadClient.RunAsync(options, stop);
            lost = crowd.Failures + await crowd.AskAgainAsync(stop);
        }

        await Task.Delay(TimeSpan.FromSeconds(1), stop);
        var after = await LoadClient.RunAsync(options, stop);
        stop.ThrowIfCancellationRequested();
        double Alone(double quantile) => (before.Percentile(quantile) + after.Percentile(quantile)) / 2;
        return new IdleCrowd(
            name, idle, active, lost, before.Failed + crowded.Failed + after.Failed, Alone(0.5), Alone(0.99), crowded.Percentile(0.5), crowded.Percentile(0.99));
    }

    public static string Text(IReadOnlyList<IdleCrowd> all)
    {
        var table = new Table("proxy", "idle lost", "failed", "p50 ms alone", "p50 ms", "p99 ms alone", "p99 ms", "p99 ratio");
        foreach (var one in all)
        {
            table.Add(
                one.Proxy,
                $"{one.IdleLost}",
                $"{one.Failed}",
                $"{one.AloneP50:F2}",
                $"{one.CrowdP50:F2}",
                $"{one.AloneP99:F2}",
                $"{one.CrowdP99:F2}",
                $"{one.Ratio:F2}");
        }

        return $"""
            ### Idle connections beside active ones

            {all.Select(a => a.Active).DefaultIfEmpty().Max():N0} clients with a request a second each, alone (before and after) and beside {all.Select(a => a.Idle).DefaultIfEmpty().Max():N0} idle kept-alive connections.
            At the end every idle connection is asked once more.

            {table}
            """;
    }
}
