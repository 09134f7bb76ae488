using System.Net;
using System.Text.Json.Nodes;
using Weir.Bench.Measure;
using Weir.Bench.Paths;

namespace Weir.Bench.Edge;

/// <summary>CPU per refused connection: Weir at accept and with 403, nginx with its own means. All are up, one at a time is knocked at.</summary>
internal static class Refusals
{
    private const string AtAccept = "weir: banned, reset at accept";
    private const string Jailed = "weir: banned, 403 (behind a proxy)";
    private const string Throttled = "weir: throttle, 403";
    private const string Limited = "nginx: limit_req, 429";

    // The compiler of .NET has settled by then.
    private const int WarmUp = 20_000;
    private const double Wanted = 3;

    private static readonly IPAddress[] Clients = [.. Enumerable.Range(1, 200).Select(n => new IPAddress([127, 0, 1, (byte)n]))];
    private static readonly IPAddress[] Proxies = [.. Enumerable.Range(1, 200).Select(n => new IPAddress([127, 0, 3, (byte)n]))];

    public static async Task<string> RunAsync(BenchArguments arguments, CancellationToken stop)
    {
        await using var origin = await OriginPath.StartAsync();
        var port = origin.EndPoint.Port;
        await using var jail = await WeirAsync("""
            "ClientAddress": { "TrustedProxies": ["127.0.3.0/24"], "Header": "X-Forwarded-For" }
            """, port);
        await using var sockets = await WeirAsync("""
            "Transport": "Sockets"
            """, port);
        // No block may end while another contender has its turn.
        await using var throttle = await WeirAsync("""
            "Throttle": { "Enabled": true, "Status": 403, "BlockingPeriod": "01:00:00" }
            """, port);
        await using var nginx = await GuardingNginx.StartAsync(new PathOptions { ServerPort = port });
        using (var http = new HttpClient())
        {
            foreach (var weir in new[] { jail, sockets })
                await OperatorBans.AddAsync(http, weir.Gateway, Clients.Select(c => c.ToString()), stop);
        }

        Contender[] all =
        [
            new(AtAccept, jail, Clients, "/1k", "reset"),
            new("weir, stock transport: banned, reset before TLS", sockets, Clients, "/1k", "reset"),
            new(Jailed, jail, Proxies, "/1k", "403"),
            new(Throttled, throttle, Clients, "/1k", "403"),
            new(Limited, nginx, Clients, "/limited", "429"),
            new("nginx: deny all, 403", nginx, Clients, "/denied", "403"),
            new("nginx: return 444", nginx, Clients, "/dropped", "closed"),
        ];
        foreach (var contender in all)
            await contender.KnockAsync(contender.Path is WeirPath ? WarmUp : 2000, stop);
        foreach (var contender in all)
            contender.Forget();
        var (rounds, knocks) = (arguments.Number("rounds", 5), arguments.Number("knocks", 6000));
        for (var round = 0; round < rounds; round++)
        {
            for (var turn = 0; turn < all.Length; turn++)
                await all[(turn + round) % all.Length].KnockAsync(knocks, stop);
        }

        return Text(all, rounds, knocks);
    }

    private static string Text(Contender[] all, int rounds, int knocks)
    {
        double[] Ratios(string than) => [.. Of(all, than).Microseconds.Zip(Of(all, AtAccept).Microseconds, (other, accept) => other / accept).Order()];
        var table = new Table("who refuses, and how", "CPU us/connection", "lowest to highest", "x at accept", "refused so");
        foreach (var one in all)
        {
            var sorted = one.Microseconds.Order().ToArray();
            table.Add(one.Name, $"{Median(sorted):F1}", $"{sorted[0]:F1} to {sorted[^1]:F1}", $"{Median(Ratios(one.Name)):F2}", $"{one.LeastShare:P1}");
        }

        var goals = new Table("goal", "wanted", "reached", "lowest round", "verdict");
        void Goal(string than, double least) => goals.Add(
            $"reset at accept, cheaper than \"{than}\"", $">= {least:F2} x", $"{Median(Ratios(than)):F2} x", $"{Ratios(than)[0]:F2} x", Median(Ratios(than)) >= least ? "reached" : "missed");
        Goal(Jailed, Wanted);
        Goal(Throttled, Wanted);
        Goal(Limited, 1);
        return $"""
            ## Refusing

            A new connection for each request, from 200 addresses in turn. CPU of the refusing process, user and system, per connection; {rounds} rounds of
            {knocks} connections each in rotating order, medians over the rounds, ratios taken within each round. Weir has 200 bans; its
            two rows with 403 go the whole way of a request to the refusal: connection, request, client address, jail or throttle. nginx
            has a worker per core and logs nothing.

            {table}
            {goals}
            """;
    }

    private static Contender Of(Contender[] all, string name) => all.First(c => c.Name == name);

    private static double Median(double[] sorted) => sorted[sorted.Length / 2];

    private static Task<WeirPath> WeirAsync(string section, int originPort) => WeirPath.StartAsync([originPort], (JsonObject)JsonNode.Parse($$"""
        { {{section}}, "Jail": { "StateFile": "" }, "Farm": { "StatusPath": null, "Servers": [ { "Address": "http://127.0.0.1:{{originPort}}", "MaxRequestWorkers": 512, "Mpm": "Worker" } ] } }
        """)!);

    /// <summary>One way to refuse.</summary>
    /// <param name="From">Where the connections come from.</param>
    /// <param name="Target">Path of the request.</param>
    /// <param name="End">How each is to end.</param>
    private sealed record Contender(string Name, IPath Path, IPAddress[] From, string Target, string End)
    {
        /// <summary>CPU per connection, one for each round.</summary>
        public List<double> Microseconds { get; } = [];

        /// <summary>The smallest share of connections that ended as they were to, of all rounds.</summary>
        public double LeastShare { get; private set; } = 1;

        /// <summary>Begins anew after the warm-up.</summary>
        public void Forget()
        {
            Microseconds.Clear();
            LeastShare = 1;
        }

        public async Task KnockAsync(int count, CancellationToken stop)
        {
            var clock = CpuClock.Of(Path.Pid!.Value);
            var before = clock.ReadSeconds();
            var knocks = await Knocks.RunAsync(Path.EndPoint, From, Request, count, stop);
            // What it does about the last ones.
            await Task.Delay(20, stop);
            Microseconds.Add((clock.ReadSeconds() - before) * 1e6 / count);
            LeastShare = Math.Min(LeastShare, knocks.Share(End));
            await Console.Error.WriteLineAsync($"{Name}: {Microseconds[^1]:F1} us; {knocks}");
        }

        // Behind a proxy it is the banned clients that are named; others do not care about the header.
        private string Request(IPAddress from)
        {
            var forwarded = ReferenceEquals(From, Proxies) ? $"X-Forwarded-For: {Clients[Array.IndexOf(From, from)]}\r\n" : "";
            return $"GET {Target} HTTP/1.1\r\nHost: www.example.test\r\nUser-Agent: Mozilla/5.0\r\nAccept: */*\r\n{forwarded}Connection: close\r\n\r\n";
        }
    }
}
