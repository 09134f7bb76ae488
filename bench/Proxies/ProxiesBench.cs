using System.Text;
using Weir.Bench.Measure;
using Weir.Bench.Paths;

namespace Weir.Bench.Proxies;

/// <summary>Weir beside the proxies that it replaces, in front of one origin, taking turns.</summary>
internal sealed class ProxiesBench : IBench
{
    private const string Memory = "memory";
    private const string Crowd = "idle-crowd";
    private const string Start = "start";

    public string Name => "proxies";

    public string Summary => "Weir, nginx, HAProxy, Varnish, Apache and plain YARP side by side: CPU per request, latency, memory, start";

    public string Options => $"""
          --rounds 3          every proxy once per round, in turns
          --seconds 2         of each cell, whole seconds
          --quick             one round of one second, fewer connections and starts, not all peers for memory
          --scenarios LIST    of {string.Join(',', Known.Take(5))},
                              {string.Join(',', Known.Skip(5))}
          --proxies LIST      of weir,nginx,haproxy,varnish,apache,yarp
          --weir-config FILE  JSON of the gateway's Weir section
          --weir2-config FILE a second Weir, "weir2", with this section
          --gateway DLL       the Weir.Gateway.dll to use
          --gateway-r2r DLL   one that was published ReadyToRun, for "start"
          --write             put the tables into docs/benchmarks.md
        """;

    private static string[] Known { get; } = [.. Scenario.All.Select(s => s.Name), Memory, Crowd, Start];

    public async Task<int> RunAsync(BenchArguments arguments, CancellationToken stop)
    {
        var quick = arguments.Flag("quick");
        var rounds = arguments.Number("rounds", quick ? 1 : 3);
        var seconds = arguments.Number("seconds", quick ? 1 : 2);
        var chosen = arguments.List("scenarios", Known);
        using var certificate = new CertificateFiles();
        var contenders = new Contenders(arguments, certificate);
        var results = new Results();
        var text = new StringBuilder();
        void Report(string part)
        {
            // What is there is there, if the run is stopped.
            text.AppendLine(part);
            Console.WriteLine(part);
        }

        Report(Introduction(rounds, seconds) + "\n");
        text.Clear();
        Scenario[] scenarios = [.. Scenario.All.Where(s => chosen.Contains(s.Name))];
        if (scenarios.Length > 0)
        {
            await using var field = await Field.StartAsync(contenders, stop);
            await field.WarmUpAsync(scenarios, quick, stop);
            var others = new OtherLoad();
            foreach (var scenario in scenarios)
            {
                await field.RunAsync(scenario, rounds, seconds, results, stop);
                Report(ScenarioTable.Text(scenario, contenders.Names, results));
            }

            Report(others.Describe() + "\n");
        }

        var memory = new List<IdleMemory>();
        if (chosen.Contains(Memory))
        {
            foreach (var name in contenders.Names.Where(n => !quick || n.StartsWith("weir", StringComparison.Ordinal) || n is "nginx" or "haproxy"))
            {
                foreach (var isTls in new[] { false, true })
                {
                    if (await IdleMemory.RunAsync(contenders, name, isTls, quick ? 500 : 2000, stop) is { } one)
                        memory.Add(one);
                }
            }

            Report(IdleMemory.Text(memory));
        }

        var crowds = new List<IdleCrowd>();
        if (chosen.Contains(Crowd))
        {
            foreach (var name in contenders.Names.Where(n => n.StartsWith("weir", StringComparison.Ordinal) || (n == "nginx" && !quick)))
                crowds.Add(await IdleCrowd.RunAsync(contenders, name, idle: 15_000, active: 2000, seconds: quick ? 2 : 4, stop));
            Report(IdleCrowd.Text(crowds));
        }

        IReadOnlyList<StartTimes> starts = [];
        if (chosen.Contains(Start))
        {
            starts = await StartTimes.RunAsync(contenders, arguments.Flag("gateway-r2r") ? Path.GetFullPath(arguments.Text("gateway-r2r", "")) : null, quick ? 3 : 7, stop);
            Report(StartTimes.Text(starts));
        }

        Report(Goals.Text(results, memory, crowds, starts));
        var facts = $"""
            {MachineFacts.Describe(withPeers: true)}.
            Again: `make bench BENCH="proxies --rounds {rounds} --seconds {seconds} --write"`.
            """;
        Console.WriteLine(facts);
        if (arguments.Flag("write"))
            ReportFile.Write(Name, $"{Introduction(rounds, seconds)}\n\n{text.ToString().Trim()}\n\n{facts}");
        return 0;
    }

    private static string Introduction(int rounds, int seconds) => $"""
        ## Proxies side by side

        Each proxy in front of the same origin, an nginx with static files; {Environment.ProcessorCount} workers or threads each, connections to the origin kept
        alive, no access logs. All are up, one at a time is loaded, {rounds} rounds of {seconds} s in rotating order; figures are medians over the
        rounds, ratios of CPU per request are taken within each round. Load generator, proxy and origin share the cores: requests per
        second and latencies say how much the three take together, CPU per request (user and system, all processes of the proxy) is
        the figure to trust. A proxy with failures (statuses 4xx and 5xx, errors of the socket) is marked "(!)".
        """;
}
