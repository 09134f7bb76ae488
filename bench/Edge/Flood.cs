using System.Net;
using System.Text.Json.Nodes;
using Weir.Bench.Measure;
using Weir.Bench.Paths;
using Weir.Support.Load;

namespace Weir.Bench.Edge;

/// <summary>What good clients feel while 200 addresses ask for fifty times as much as they do.</summary>
internal static class Flood
{
    private const int Flooders = 200;
    private const int Times = 50;
    private const double Wanted = 1.5;

    // The flood of round n comes from 127.0.(10 + n).1 and following.
    private const int FirstOfFlood = 10;

    // Fewer than the throttle's two for a page in a second, whatever a busy machine does to the pauses.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static async Task<string> RunAsync(BenchArguments arguments, CancellationToken stop)
    {
        var (rounds, seconds, good) = (arguments.Number("rounds", 3), arguments.Number("seconds", 6), arguments.Number("good", 100));
        await using var origin = await OriginPath.StartAsync();
        var options = new PathOptions { ServerPort = origin.EndPoint.Port };
        // The defaults of the throttle, and a jail for whom it refuses often: loopback is a client like any other.
        await using var weir = await WeirPath.StartAsync([options.ServerPort], (JsonObject)JsonNode.Parse($$"""
            {
              "Throttle": { "Enabled": true },
              "Jail": { "StateFile": "", "Jails": { "flooders": { "Offences": ["Throttle"] } } },
              "Farm": { "StatusPath": null, "Servers": [ { "Address": "http://127.0.0.1:{{options.ServerPort}}", "MaxRequestWorkers": 512, "Mpm": "Worker" } ] }
            }
            """)!);
        await using var nginx = await GuardingNginx.StartAsync(options);
        Side[] sides = [.. arguments.List("proxies", "weir", "nginx").Select(name => new Side(name, name == "weir" ? weir : nginx))];
        foreach (var side in sides)
            await side.WarmUpAsync(stop);
        for (var round = 0; round < rounds; round++)
        {
            for (var turn = 0; turn < sides.Length; turn++)
                await sides[(turn + round) % sides.Length].RunAsync(round, seconds, good, stop);
        }

        var table = new Table("proxy", "quiet p50 ms", "quiet p99 ms", "flooded p50 ms", "flooded p99 ms", "p99 ratio", "lowest to highest", "failed of the good", "flood/s", "x the good", "let through", "refused", "reset");
        foreach (var side in sides)
            table.Add(side.Row());
        var mine = sides[0];
        var ratio = mine.Ratio;
        var verdict = ratio <= Wanted && mine.Failed == 0 ? "reached" : "missed";
        var goals = new Table("goal", "wanted", "reached", "verdict");
        goals.Add("good clients' p99 in the flood", $"<= {Wanted:F2} x quiet", $"{ratio:F2} x", verdict);
        return $"""
            ## A flood

            {good} good clients, each from an address of its own, about a request a second, without and with {Flooders} addresses that together ask {Times} times
            as often for the same page of 1 KB, as fast when refused. Weir: throttle as it is by default, and a jail as it is by default for what the
            throttle refuses; the addresses of the flood are new in each round. nginx: `limit_req` of 2 a second with a burst of 2, `limit_conn` 10.
            {rounds} rounds of {seconds} s quiet and {seconds} s flooded, the proxies in turn; percentiles over
            all rounds, the ratio is the median of the rounds' own. The flood is made on the same two cores, which the good clients feel too.

            {table}
            {goals}
            """;
    }

    private sealed class Side(string name, IPath path)
    {
        private readonly List<float> _quiet = [];
        private readonly List<float> _flooded = [];
        private readonly List<FloodCounts> _floods = [];
        private readonly List<double> _goodPerSecond = [];
        private readonly List<double> _ratios = [];

        /// <summary>Requests of good clients that failed, in all runs.</summary>
        public long Failed { get; private set; }

        /// <summary>Median over the rounds: one that something else on the machine has spoilt does not decide.</summary>
        public double Ratio => _ratios.Order().ElementAt(_ratios.Count / 2);

        public double Least => _ratios.Min();

        public double Most => _ratios.Max();

        public async Task WarmUpAsync(CancellationToken stop) => await LoadClient.RunAsync(
            new LoadOptions { Target = path.EndPoint, Connections = 200, LocalAddresses = Addresses(100, 200), Path = "/1k", Duration = TimeSpan.FromSeconds(3), ThinkTime = TimeSpan.FromMilliseconds(20) },
            stop);

        public async Task RunAsync(int round, int seconds, int good, CancellationToken stop)
        {
            var polite = new LoadOptions
            {
                Target = path.EndPoint,
                Connections = good,
                LocalAddresses = Addresses(2, good),
                Path = "/1k",
                ThinkTime = Pause,
                RampUp = Pause,
                WarmUp = TimeSpan.FromSeconds(1.5),
                Duration = TimeSpan.FromSeconds(1.5 + seconds),
            };
            var quiet = await LoadClient.RunAsync(polite, stop);
            // A quarter less: the answers and the client's own clock take their time too.
            await using var flood = await FloodProcess.StartAsync(path.EndPoint.Port, FirstOfFlood + round, Flooders, Pause * 0.75 * Flooders / (good * Times));
            await Task.Delay(500, stop);
            var flooded = await LoadClient.RunAsync(polite, stop);
            _floods.Add(await flood.StopAsync());
            stop.ThrowIfCancellationRequested();
            _quiet.AddRange(quiet.Latencies);
            _flooded.AddRange(flooded.Latencies);
            _ratios.Add(flooded.Percentile(0.99) / quiet.Percentile(0.99));
            _goodPerSecond.Add(flooded.SteadyPerSecond);
            Failed += quiet.Failed + flooded.Failed;
            await Console.Error.WriteLineAsync($"{name} quiet {quiet}\n{name} flooded {flooded}\n{name} the flood {_floods[^1]}");
        }

        public string[] Row()
        {
            string Share(Func<FloodCounts, long> of) => $"{(double)_floods.Sum(of) / _floods.Sum(f => f.All):P1}";
            var perSecond = _floods.Sum(f => f.All) / _floods.Sum(f => f.Seconds);
            return
            [
                name, $"{At(_quiet, 0.5):F2}", $"{At(_quiet, 0.99):F2}", $"{At(_flooded, 0.5):F2}", $"{At(_flooded, 0.99):F2}", $"{Ratio:F2}", $"{Least:F2} to {Most:F2}", $"{Failed}",
                $"{perSecond:F0}", $"{perSecond / _goodPerSecond.Average():F0}", Share(f => f.Good), Share(f => f.Refused), Share(f => f.Reset),
            ];
        }

        private static double At(List<float> latencies, double quantile)
        {
            var sorted = latencies.Order().ToArray();
            return sorted.Length == 0 ? double.NaN : sorted[(int)Math.Max(0, Math.Ceiling(quantile * sorted.Length) - 1)];
        }

        private static IPAddress[] Addresses(int third, int count) => [.. Enumerable.Range(1, count).Select(n => new IPAddress([127, 0, (byte)third, (byte)n]))];
    }
}
