using System.Text;
using System.Text.RegularExpressions;

namespace Weir.Bench.Load;

/// <summary>
/// wrk, for HTTP/1.1. Its request is built once, before the run, and its answers are not looked at one by one, so the
/// script costs nothing while it runs.
/// </summary>
internal static partial class Wrk
{
    public static async Task<LoadSample> RunAsync(LoadRequest request, CancellationToken stop)
    {
        var script = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(script, Script(request), stop);
            var threads = Math.Min(Environment.ProcessorCount, request.Connections);
            var output = await GeneratorProcess.RunAsync(
                "wrk", ["-t", $"{threads}", "-c", $"{request.Connections}", "-d", $"{request.Seconds}s", "-s", script, request.Url], stop);
            return Parse(output);
        }
        finally
        {
            File.Delete(script);
        }
    }

    private static string Script(LoadRequest request)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in LoadRequest.BrowserHeaders)
            text.AppendLine($"wrk.headers[\"{name}\"] = \"{value}\"");
        if (request.Closes)
            text.AppendLine("wrk.headers[\"Connection\"] = \"close\"");
        if (request.BodyBytes > 0)
        {
            text.AppendLine("wrk.method = \"POST\"").AppendLine($"wrk.body = string.rep(\"x\", {request.BodyBytes})");
            text.AppendLine("wrk.headers[\"Content-Type\"] = \"application/octet-stream\"");
        }

        // Microseconds throughout.
        return text.AppendLine("""
            function done(summary, latency, requests)
                local e = summary.errors
                io.write(string.format("sum %d %d %d %d %d\n", summary.requests, summary.duration,
                    e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(50), latency:percentile(99)))
            end
            """).ToString();
    }

    private static LoadSample Parse(string output)
    {
        if (SumLine().Match(output) is not { Success: true } line)
            throw new InvalidOperationException($"wrk printed no sum:\n{output}");
        var figures = line.Groups["figure"].Captures.Select(c => GeneratorProcess.Figure(c.Value)).ToArray();
        return new LoadSample((long)figures[0], figures[0] / figures[1] * 1e6, figures[3] / 1000, figures[4] / 1000, (long)figures[2]);
    }

    [GeneratedRegex(@"^sum( (?<figure>\d+)){5}$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SumLine();
}
