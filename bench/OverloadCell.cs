using Weir.Bench.Measure;
using Weir.Support.Load;

namespace Weir.Bench;

/// <summary>One run of the overload benchmark.</summary>
/// <param name="Path">weir, haproxy ...</param>
/// <param name="Mpm">event or prefork.</param>
/// <param name="TimeoutSeconds">After which a client gives up.</param>
/// <param name="Result">What the clients saw.</param>
/// <param name="CpuMicroseconds">Proxy CPU per answer; NaN without a proxy.</param>
/// <param name="RssBytes">Proxy memory at the end; 0 without a proxy.</param>
internal sealed record OverloadCell(string Path, string Mpm, int TimeoutSeconds, LoadResult Result, double CpuMicroseconds, long RssBytes)
{
    public static string[] Header { get; } =
        ["path", "good/s all", "good/s steady", "of ideal", "timeouts", "stale", "broken", "status", "refused", "p50 ms", "p99 ms", "proxy us/answer", "proxy MB"];

    /// <param name="ideal">Answers per second that the workers can give.</param>
    public string[] Row(double ideal) =>
    [
        $"{Path} -> {Mpm}, {TimeoutSeconds} s",
        $"{Result.PerSecond:F0}",
        $"{Result.SteadyPerSecond:F0}",
        $"{100 * Result.SteadyPerSecond / ideal:F1} %",
        .. new[] { LoadFailure.Timeout, LoadFailure.StaleClose, LoadFailure.Broken, LoadFailure.Status, LoadFailure.Refused }.Select(f => $"{Result.Failures[f]}"),
        $"{Result.Percentile(0.5):F0}",
        $"{Result.Percentile(0.99):F0}",
        double.IsNaN(CpuMicroseconds) ? "-" : $"{CpuMicroseconds:F0}",
        RssBytes == 0 ? "-" : $"{RssBytes >> 20}",
    ];

    /// <summary>CPU per answer, good or bad, between two readings.</summary>
    public static double Cpu(ProcessStats? before, ProcessStats? after, LoadResult result) =>
        before is null || after is null ? double.NaN : ProcessStats.MicrosecondsPerRequest(before, after, result.Statuses.Values.Sum());
}
