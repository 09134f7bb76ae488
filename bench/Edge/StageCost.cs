using Weir.Bench.Measure;
using Weir.Bench.Micro;

namespace Weir.Bench.Edge;

/// <summary>What the stages in front cost a request that passes: <see cref="EdgeBenchmarks"/> in a few seconds, by CPU time.</summary>
internal static class StageCost
{
    private const int Batches = 15;
    private const int PerBatch = 300_000;
    private const double WantedNanoseconds = 500;

    public static string Run(CancellationToken stop)
    {
        var stages = new EdgeBenchmarks { Bans = 10_000 };
        stages.Build();
        (string Name, Func<Task> Run, List<double> Nanoseconds)[] all =
        [
            ("jail", stages.Jail, []), ("throttle", stages.Throttle, []), ("jail and throttle, nobody banned", stages.Quiet, []),
            ("jail and throttle", stages.Both, []), ("client address, jail and throttle", stages.Whole, []),
        ];
        foreach (var one in all)
            Batch(one.Run, 2 * PerBatch);
        long allocated = 0;
        for (var batch = 0; batch < Batches; batch++)
        {
            stop.ThrowIfCancellationRequested();
            foreach (var one in all)
            {
                var (nanoseconds, bytes) = Batch(one.Run, PerBatch);
                one.Nanoseconds.Add(nanoseconds);
                // By then it is compiled for good.
                if (batch > 0)
                    allocated += bytes;
            }
        }

        stages.End();
        var table = new Table("stages", "CPU ns/request", "lowest to highest", "wanted", "verdict");
        foreach (var (name, _, nanoseconds) in all)
        {
            nanoseconds.Sort();
            var median = nanoseconds[Batches / 2];
            var isGoal = ReferenceEquals(name, all[3].Name);
            table.Add(name, $"{median:F0}", $"{nanoseconds[0]:F0} to {nanoseconds[^1]:F0}", isGoal ? $"<= {WantedNanoseconds:F0}" : "-", isGoal ? median <= WantedNanoseconds ? "reached" : "missed" : "-");
        }

        return $"""
            ## Throttle and jail, cost of a request that passes

            The gateway's own stages with an empty one behind them: page and site counts as by default, one client, 10,000 bans in force, no jail that
            wants to see answers. CPU time, median of {Batches} batches of {PerBatch:N0} requests. {(double)allocated / ((long)PerBatch * (Batches - 1) * all.Length):F3} bytes per request. `make bench BENCH="micro --filter
            *EdgeBenchmarks*"` measures the same for longer.

            {table}
            """;
    }

    private static (double Nanoseconds, long Bytes) Batch(Func<Task> stage, int requests)
    {
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var cpu = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < requests; i++)
        {
            if (!stage().IsCompletedSuccessfully)
                throw new InvalidOperationException("The stage did not end at once.");
        }

        cpu = Environment.CpuUsage.TotalTime - cpu;
        return (cpu.TotalNanoseconds / requests, GC.GetAllocatedBytesForCurrentThread() - bytes);
    }
}
