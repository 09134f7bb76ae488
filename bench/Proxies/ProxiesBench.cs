using System.Text;
using Weir.Bench.Paths;

namespace Weir.Bench.Proxies;

/// <summary>Weir beside the proxies that it replaces, in front of one origin, taking turns.</summary>
internal sealed class ProxiesBench : IBench
{
    public string Name => "proxies";

    public string Summary => "Weir, nginx, HAProxy, Varnish, Apache and plain YARP side by side: CPU per request, latency, memory, start";

    public string Options => $"""
          --rounds 3          every proxy once per round, in turns
          --seconds 2         of each cell, whole seconds
          --quick             one round of one second
          --scenarios LIST    of {string.Join(',', Scenario.All.Select(s => s.Name))}
          --proxies LIST      of weir,nginx,haproxy,varnish,apache,yarp
          --weir-config FILE  JSON of the gateway's Weir section
          --weir2-config FILE a second Weir, "weir2", with this section
          --gateway DLL       the Weir.Gateway.dll to use
          --write             put the tables into docs/benchmarks.md
        """;

    public async Task<int> RunAsync(BenchArguments arguments, CancellationToken stop)
    {
        var quick = arguments.Flag("quick");
        var rounds = arguments.Number("rounds", quick ? 1 : 3);
        var seconds = arguments.Number("seconds", quick ? 1 : 2);
        var chosen = arguments.List("scenarios", [.. Scenario.All.Select(s => s.Name)]);
        using var certificate = new CertificateFiles();
        var contenders = new Contenders(arguments, certificate);
        var results = new Results();
        var text = new StringBuilder();
        await using (var field = await Field.StartAsync(contenders, stop))
        {
            Scenario[] scenarios = [.. Scenario.All.Where(s => chosen.Contains(s.Name))];
            await field.WarmUpAsync(scenarios, stop);
            foreach (var scenario in scenarios)
            {
                await field.RunAsync(scenario, rounds, seconds, results, stop);
                text.AppendLine(ScenarioTable.Text(scenario, contenders.Names, results));
                await Console.Error.WriteLineAsync(ScenarioTable.Text(scenario, contenders.Names, results));
            }
        }

        Console.WriteLine(text);
        return 0;
    }
}
