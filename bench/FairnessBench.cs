using System.Net;
using Weir.Bench.Measure;
using Weir.Bench.Paths;
using Weir.Support.Apache;
using Weir.Support.Load;

namespace Weir.Bench;

/// <summary>What 50 polite clients feel while one address floods the gateway.</summary>
internal sealed class FairnessBench : IBench
{
    private const int Workers = 150;

    public string Name => "fairness";

    public string Summary => "50 addresses with one request at a time, with and without one address on 2,000 connections";

    public string Options => """
          --seconds 10        length of each half
          --flood 2000        connections of the flooding address
          --others 50         polite addresses
          --paths LIST        of weir,haproxy
          --write             put the table into docs/benchmarks.md
        """;

    public async Task<int> RunAsync(BenchArguments arguments, CancellationToken stop)
    {
        var duration = TimeSpan.FromSeconds(arguments.Number("seconds", 10));
        var flood = arguments.Number("flood", 2000);
        var others = arguments.Number("others", 50);
        var table = new Table("path", "quiet p50 ms", "quiet p99 ms", "flooded p50 ms", "flooded p99 ms", "p50 ratio", "failed of the others", "good/s of the flood");
        foreach (var name in arguments.List("paths", "weir", "haproxy"))
        {
            await using var apache = await ApacheServer.StartAsync(new ApacheOptions
            {
                MpmBlock = $"StartServers 6\nMinSpareThreads 150\nMaxSpareThreads 150\nServerLimit 12\nThreadsPerChild 25\nMaxRequestWorkers {Workers}",
            });
            await using var path = name == "weir" ? await WeirPath.StartAsync([apache.Port]) : await HaproxyPath.StartAsync(new PathOptions { ServerPort = apache.Port, Limit = Workers - 1 });
            var polite = new LoadOptions
            {
                Target = path.EndPoint,
                Connections = others,
                LocalAddresses = [.. Enumerable.Range(2, others).Select(n => new IPAddress([127, 0, 0, (byte)n]))],
                Path = "/slow?ms=100",
                Timeout = TimeSpan.FromSeconds(30),
                Duration = duration,
                WarmUp = duration / 5,
            };
            var quiet = await LoadClient.RunAsync(polite, stop);

            using var floodEnd = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var flooding = LoadClient.RunAsync(
                polite with { Connections = flood, LocalAddresses = [IPAddress.Loopback], Duration = TimeSpan.FromMinutes(10), RampUp = TimeSpan.FromSeconds(1), Drain = false },
                floodEnd.Token);
            await Task.Delay(TimeSpan.FromSeconds(3), CancellationToken.None);
            var flooded = await LoadClient.RunAsync(polite, stop);
            await floodEnd.CancelAsync();
            var flooder = await flooding;
            stop.ThrowIfCancellationRequested();

            table.Add(
                name,
                $"{quiet.Percentile(0.5):F0}",
                $"{quiet.Percentile(0.99):F0}",
                $"{flooded.Percentile(0.5):F0}",
                $"{flooded.Percentile(0.99):F0}",
                $"{flooded.Percentile(0.5) / quiet.Percentile(0.5):F2}",
                $"{flooded.Failed}",
                $"{flooder.PerSecond:F0}");
            await Console.Error.WriteLineAsync($"{name}: quiet {quiet}\n{name}: flooded {flooded}\n{name}: the flood {flooder}");
        }

        var text = $"""
            ## One greedy address

            One address with {flood} keep-alive connections, {others} others with one request at a time each, a 100 ms handler on an
            event Apache with {Workers} workers.

            {table}
            {MachineFacts.Describe()}.
            Again: `make bench BENCH="fairness --write"`.
            """;
        Console.WriteLine(text);
        if (arguments.Flag("write"))
            ReportFile.Write(Name, text);
        return 0;
    }
}
