using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Weir.Policies.Jail.Replay;

/// <summary>What a line of a common or combined access log says.</summary>
/// <param name="Address">The client's.</param>
/// <param name="Time">Its own.</param>
/// <param name="Method">As sent.</param>
/// <param name="Path">Without the query, percent signs decoded.</param>
/// <param name="Status">Of the answer.</param>
/// <param name="HasUser">The log names a user.</param>
internal sealed partial record AccessLineFields(IPAddress Address, DateTimeOffset Time, string Method, string Path, int Status, bool HasUser)
{
    /// <summary>Reads one line; null when it is none.</summary>
    public static AccessLineFields? Read(string line)
    {
        if (line.Length > 16_384)
            line = line[..16_384];
        var match = Shape().Match(line);
        if (!match.Success || !IPAddress.TryParse(match.Groups["address"].ValueSpan, out var address)
            || !DateTimeOffset.TryParseExact(
                match.Groups["time"].Value.Insert(match.Groups["time"].Length - 2, ":"), "dd/MMM/yyyy:HH:mm:ss zzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return null;
        }

        var target = match.Groups["target"].Value;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        return new AccessLineFields(
            address, time, match.Groups["method"].Value, Uri.UnescapeDataString(query < 0 ? target : target[..query]),
            int.Parse(match.Groups["status"].ValueSpan), match.Groups["user"].Value != "-");
    }

    [GeneratedRegex(
        """^(?<address>[0-9A-Fa-f:.]{2,45}) \S+ (?<user>[^\[]*?) \[(?<time>\d\d/[A-Z][a-z][a-z]/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] "(?<method>[^ "]*) (?<target>[^ "]*)[^"]*" (?<status>\d{3}) """,
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Shape();
}
