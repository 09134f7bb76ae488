using System.Text.RegularExpressions;

namespace Weir.Bench.Load;

/// <summary>h2load, for HTTP/2 over TLS and for new TLS connections at a fixed rate, with HTTP/1.1. Its own summary has no percentiles: they come from its log of all requests.</summary>
internal static partial class H2Load
{
    public static async Task<LoadSample> RunAsync(LoadRequest request, CancellationToken stop)
    {
        var log = Path.GetTempFileName();
        try
        {
            List<string> arguments = ["-t", $"{Math.Min(Environment.ProcessorCount, request.Connections)}", $"--log-file={log}", .. Shape(request)];
            foreach (var (name, value) in LoadRequest.BrowserHeaders)
                arguments.AddRange(["-H", $"{name}: {value}"]);
            var output = await GeneratorProcess.RunAsync("h2load", [.. arguments, request.Url], stop);
            // Its latencies leave the handshake out, which is most of what a new connection waits for: better none.
            return Parse(output, request, request.Closes ? [] : [.. await LatenciesAsync(log, stop)]);
        }
        finally
        {
            File.Delete(log);
        }
    }

    private static string[] Shape(LoadRequest request)
    {
        var all = request.Connections * request.Seconds;
        return request.Closes
            ? ["--h1", "-c", $"{all}", "-n", $"{all}", "-r", $"{request.Connections / 20}", "--rate-period=50ms"]
            : ["--npn-list=h2", "-c", $"{request.Connections}", "-m", $"{request.Streams}", "-D", $"{request.Seconds}"];
    }

    private static LoadSample Parse(string output, LoadRequest request, int[] microseconds)
    {
        var requests = Requests().Match(output);
        var statuses = Statuses().Match(output);
        if (!requests.Success || !statuses.Success)
            throw new InvalidOperationException($"h2load printed no sum:\n{output}");
        long Of(Match match, string name) => long.Parse(match.Groups[name].Value);
        var done = Of(requests, "done");
        var failures = Of(requests, "failed") + Of(requests, "errored") + Of(requests, "timeout") + Of(statuses, "c4") + Of(statuses, "c5");
        Array.Sort(microseconds);
        double Percentile(double share) => microseconds.Length == 0 ? double.NaN : microseconds[(int)((microseconds.Length - 1) * share)] / 1000.0;
        return new LoadSample(done, (double)done / request.Seconds, Percentile(0.5), Percentile(0.99), failures);
    }

    // Each line: start in microseconds, status, latency in microseconds.
    private static async Task<List<int>> LatenciesAsync(string log, CancellationToken stop)
    {
        var all = new List<int>();
        await foreach (var line in File.ReadLinesAsync(log, stop))
            all.Add(int.Parse(line.AsSpan(line.LastIndexOf('\t') + 1)));
        return all;
    }

    [GeneratedRegex(@"^requests: .* (?<done>\d+) done, .* (?<failed>\d+) failed, (?<errored>\d+) errored, (?<timeout>\d+) timeout", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Requests();

    [GeneratedRegex(@"^status codes: .* (?<c4>\d+) 4xx, (?<c5>\d+) 5xx", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Statuses();
}
