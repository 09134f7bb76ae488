using System.Net;

namespace Weir.Support.Http;

/// <summary>
/// Sends cases to a gateway, one at a time, and holds what the client and the server got against what was expected. Knows
/// nothing of the gateway but its address and that all its requests go to the origin, Host unchanged.
/// </summary>
/// <param name="gateway">Where the gateway listens in plain HTTP/1.</param>
/// <param name="origin">The only server behind it. Nothing else may send to it meanwhile.</param>
public sealed class CorpusRunner(IPEndPoint gateway, RecordingOrigin origin)
{
    private const string Probe = "GET /next-on-this-connection HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\n\r\n";

    /// <summary>What went otherwise, in sentences; empty when all is as expected.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(HttpCase sample)
    {
        origin.Forget();
        await using var connection = await RawConnection.OpenAsync(gateway);
        await connection.SendAsync(sample.Request);
        var faults = new List<string>();
        var answer = await connection.ReadAnswerAsync(toHead: sample.Request.StartsWith("HEAD ", StringComparison.Ordinal));
        if (answer is null && sample.Fate != HttpFate.CutOff)
            faults.Add("the connection was closed without an answer");
        else if (answer is not null && !sample.Statuses.Contains(RawConnection.StatusOf(answer)))
            faults.Add($"the client got {answer.Split("\r\n")[0]}, not one of {string.Join(", ", sample.Statuses)}");
        if (answer is not null)
            await CheckConnectionAsync(sample, connection, answer, faults);
        CheckOrigin(sample, faults);
        return faults;
    }

    /// <summary>A refused request's connection ends; any other serves exactly one more request, or ends as it said.</summary>
    private static async Task CheckConnectionAsync(HttpCase sample, RawConnection connection, string answer, List<string> faults)
    {
        var closes = string.Equals(RawConnection.HeaderOf(answer, "Connection"), "close", StringComparison.OrdinalIgnoreCase);
        if (sample.Fate == HttpFate.Refused && !closes)
            faults.Add("the answer does not say Connection: close");
        if (sample.Fate is HttpFate.Refused or HttpFate.CutOff || closes)
        {
            if (await connection.ReadToEndAsync() is { Length: > 0 } more)
                faults.Add($"a second answer came: {more.Split("\r\n")[0]}");
            return;
        }

        var isHttp10 = sample.Request.Contains(" HTTP/1.0\r\n", StringComparison.Ordinal);
        if (isHttp10 && RawConnection.HeaderOf(answer, "Connection") is null)
            return;
        await connection.SendAsync(Probe);
        var next = await connection.ReadAnswerAsync();
        if (next is null || RawConnection.StatusOf(next) != 200)
            faults.Add($"the next request on the connection got {next?.Split("\r\n")[0] ?? "no answer"}");
        if (await connection.ReadToEndAsync() is { Length: > 0 } further)
            faults.Add($"a third answer came: {further.Split("\r\n")[0]}");
    }

    private void CheckOrigin(HttpCase sample, List<string> faults)
    {
        var seen = origin.Requests.Where(r => !r.StartsWith("GET /next-on-this-connection ", StringComparison.Ordinal)).ToList();
        var expected = sample.Fate == HttpFate.Forwarded ? 1 : 0;
        if (seen.Count != expected)
            faults.Add($"the server saw {seen.Count} requests instead of {expected}: {string.Join(" | ", seen.Select(Shown))}");
        if (seen.Count == 0 || expected == 0)
            return;
        faults.AddRange(sample.Sees.Where(s => !seen[0].Contains(s, StringComparison.Ordinal)).Select(s => $"the server did not see '{Shown(s)}' in {Shown(seen[0])}"));
        faults.AddRange(sample.Hides.Where(s => seen[0].Contains(s, StringComparison.OrdinalIgnoreCase)).Select(s => $"the server saw '{Shown(s)}' in {Shown(seen[0])}"));
    }

    private static string Shown(string text) => text.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
