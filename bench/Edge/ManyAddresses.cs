using Weir.Bench.Measure;
using Weir.Policies.Throttle;
using Weir.Policies.Throttle.Counting;
using Weir.Policies.Throttle.Judging;

namespace Weir.Bench.Edge;

/// <summary>Ten million addresses in a minute, once each, and ten among them that come often.</summary>
internal static class ManyAddresses
{
    private const int Addresses = 10_000_000;
    private const int Heavy = 10;
    private const int WantedMegabytes = 64;

    public static string Run(CancellationToken stop)
    {
        // Page and site as they are by default.
        var rules = new ThrottleRules(new ThrottleOptions());
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var judge = new ThrottleJudge(new ThrottleCounters(new ThrottleOptions().MaxCounters, HashSecret.Random()));
        var caught = new HashSet<ulong>();
        var wronged = 0L;
        var cpu = Environment.CpuUsage.TotalTime;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Addresses; i++)
        {
            if (i % 100_000 == 0)
                stop.ThrowIfCancellationRequested();
            // 6 us from one to the next.
            var now = 1 + (i * 60L);
            if (Judge(judge, rules, 1_000_000UL + (ulong)i, now))
                wronged++;
            if (i % 1000 != 0)
                continue;
            // Each about 17 times a second, among 167,000 others.
            var heavy = (ulong)(i / 1000 % Heavy);
            if (Judge(judge, rules, heavy, now))
                caught.Add(heavy);
        }

        cpu = Environment.CpuUsage.TotalTime - cpu;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var megabytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)(1 << 20);
        var table = new Table("ten million addresses", "reached", "wanted", "verdict");
        table.Add("memory for all counters, MB", $"{megabytes:F1}", $"<= {WantedMegabytes}", megabytes <= WantedMegabytes ? "reached" : "missed");
        table.Add("heavy clients caught", $"{caught.Count}", $"{Heavy}", caught.Count == Heavy ? "reached" : "missed");
        table.Add("one-time visitors refused", $"{wronged}", "0", wronged == 0 ? "reached" : "missed");
        table.Add("CPU ns per request", $"{cpu.TotalNanoseconds / (Addresses + (Addresses / 1000)):F0}", "-", "-");
        table.Add("bytes per request", $"{(double)allocated / Addresses:F2}", "-", "-");
        GC.KeepAlive(judge);
        return $"""
            ## Ten million addresses

            One request each within a minute of the counters' time, and ten clients among them with about 17 a second each. Page and site counts and
            `MaxCounters` as by default. Every request misses the processor's caches, which is what its time mostly is.

            {table}
            """;
    }

    private static bool Judge(ThrottleJudge judge, ThrottleRules rules, ulong client, long now) =>
        judge.Judge(rules, new ThrottleRequest(client, null, "GET", "www.example.test", "/", "", null), now).Refuses;
}
