using Weir.Bench.Measure;

namespace Weir.Bench.Proxies;

/// <summary>What Weir wants to reach beside the others, and what it did in this run.</summary>
internal sealed class Goals
{
    private readonly Table _table = new("goal", "wanted", "reached", "verdict");

    private Goals()
    {
    }

    public static string Text(Results results, IReadOnlyList<IdleMemory> memory, IReadOnlyList<IdleCrowd> crowds, IReadOnlyList<StartTimes> starts)
    {
        var goals = new Goals();
        void Cpu(string title, string scenario, string peer, double most, string note = "") =>
            goals.Add($"{title}{note}", $"<= {most:F2} x {peer}", results.Ratio(scenario, "weir", peer).Median, most, "F2", results.Failures(scenario, "weir") == 0);
        foreach (var connections in new[] { 64, 512 })
        {
            Cpu($"GET 1 KB, {connections} connections", $"get-1k-{connections}", "nginx", 1.0);
            Cpu($"GET 1 KB, {connections} connections", $"get-1k-{connections}", "haproxy", 0.95);
            Cpu($"GET 1 KB, {connections} connections", $"get-1k-{connections}", "nginx", 0.85, " (stretch)");
        }

        Cpu("GET 64 KB, 64 connections", "get-64k-64", "nginx", 1.1);
        Cpu("POST 16 KB, 64 connections", "post-16k-64", "nginx", 1.1);
        Cpu("GET 1 KB over TLS, kept alive", "tls-1k-64", "nginx", 1.0);
        Cpu("GET 1 KB over HTTP/2 and TLS", "h2-1k-64", "haproxy", 1.2);
        void Memory(string title, bool isTls, double most)
        {
            var one = memory.FirstOrDefault(m => m.Proxy == "weir" && m.IsTls == isTls);
            goals.Add(title, $"<= {most:F0} KB", one?.BytesPerConnection / 1024 ?? double.NaN, most, "F1", one?.Failures == 0);
        }

        Memory("idle kept-alive connection, plain", isTls: false, 6);
        Memory("idle kept-alive connection, TLS", isTls: true, 25);
        var crowd = crowds.FirstOrDefault(c => c.Proxy == "weir");
        goals.Add("2,000 active beside 15,000 idle", "no error, p99 <= 1.50 x alone", crowd?.Ratio ?? double.NaN, 1.5, "F2", crowd?.IsClean ?? false);
        void Start(string program, string note)
        {
            var (mine, yarp) = (starts.FirstOrDefault(s => s.Program == program), starts.FirstOrDefault(s => s.Program == "yarp"));
            goals.Add($"start to the first proxied answer{note}", "<= 0.60 x plain YARP", mine?.WallMilliseconds / yarp?.WallMilliseconds ?? double.NaN, 0.6, "F2", true);
        }

        Start("weir", "");
        if (starts.Any(s => s.Program == StartTimes.Compiled))
            Start(StartTimes.Compiled, ", ReadyToRun");
        return $"### Goals\n\nCPU per request unless it says otherwise; ratios are medians over the rounds.\n\n{goals._table}";
    }

    private void Add(string title, string wanted, double reached, double most, string format, bool isClean)
    {
        var verdict = double.IsNaN(reached) ? "not run" : !isClean ? "missed: failures" : reached <= most ? "reached" : "missed";
        _table.Add(title, wanted, double.IsNaN(reached) ? "-" : reached.ToString(format), verdict);
    }
}
