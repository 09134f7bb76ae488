using Weir.Bench.Measure;

namespace Weir.Bench.Edge;

/// <summary>What throttle, jail and shared bans cost and keep away. Each part has a section of its own in the report.</summary>
internal sealed class EdgeBench : IBench
{
    public string Name => "edge";

    public string Summary => "throttle and jail: their cost, CPU per refused connection beside nginx, a flood, a ban on another replica, ten million addresses";

    public string Options => """
          --parts LIST        of cost,refusals,flood,replicas,addresses
          --rounds N          rounds of refusals (5) and flood (3)
          --knocks 6000       refusals: connections of each contender in a round
          --seconds 6         flood: length of each quiet and each flooded part
          --good 100          flood: good clients, about a request a second each
          --proxies LIST      flood: of weir,nginx
          --bans 20           replicas: bans
          --write             put the tables into docs/benchmarks.md
        """;

    public async Task<int> RunAsync(BenchArguments arguments, CancellationToken stop)
    {
        if (arguments.Flag(FloodProcess.Option))
            return await FloodProcess.BeAsync(arguments, stop);
        foreach (var part in arguments.List("parts", "cost", "refusals", "flood", "replicas", "addresses"))
        {
            var others = new OtherLoad();
            var text = part switch
            {
                "cost" => StageCost.Run(stop),
                "refusals" => await Refusals.RunAsync(arguments, stop),
                "flood" => await Flood.RunAsync(arguments, stop),
                "replicas" => await SharedBan.RunAsync(arguments, stop),
                _ => ManyAddresses.Run(stop),
            };
            text = $"""
                {text}
                {others.Describe()}
                {MachineFacts.Describe()}.
                Again: `make bench BENCH="edge --parts {part} --write"`.
                """;
            Console.WriteLine(text);
            if (arguments.Flag("write"))
                ReportFile.Write($"{Name}-{part}", text);
        }

        return 0;
    }
}
