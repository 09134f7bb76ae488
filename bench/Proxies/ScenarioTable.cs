using Weir.Bench.Measure;

namespace Weir.Bench.Proxies;

/// <summary>One scenario's table, a line per proxy.</summary>
internal static class ScenarioTable
{
    public static string Text(Scenario scenario, IReadOnlyList<string> proxies, Results results)
    {
        var table = new Table("proxy", "CPU us/request", "x nginx", "lowest to highest", "x HAProxy", "requests/s", "p50 ms", "p99 ms", "failures");
        foreach (var proxy in proxies)
        {
            if (!results.Has(scenario.Name, proxy))
            {
                table.Add([proxy, .. Enumerable.Repeat("-", 8)]);
                continue;
            }

            double Median(Func<Cell, double> figure) => results.Median(scenario.Name, proxy, figure);
            var toNginx = results.Ratio(scenario.Name, proxy, "nginx");
            var failures = results.Failures(scenario.Name, proxy);
            table.Add(
                failures > 0 ? $"{proxy} (!)" : proxy,
                Number(Median(c => c.CpuMicroseconds), "F1"),
                Number(toNginx.Median, "F2"),
                double.IsNaN(toNginx.Median) ? "-" : $"{toNginx.Lowest:F2} to {toNginx.Highest:F2}",
                Number(results.Ratio(scenario.Name, proxy, "haproxy").Median, "F2"),
                Number(Median(c => c.Load.PerSecond), "F0"),
                Number(Median(c => c.Load.P50Milliseconds), "F2"),
                Number(Median(c => c.Load.P99Milliseconds), "F2"),
                $"{failures}");
        }

        return $"### {scenario.Title}\n\n{table}";
    }

    private static string Number(double figure, string format) => double.IsNaN(figure) ? "-" : figure.ToString(format);
}
