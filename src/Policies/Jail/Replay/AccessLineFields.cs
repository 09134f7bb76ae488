using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Weir.Policies.Jail.Replay;

/// <summary>What a line of a common or combined access log says, also of one that begins with <c>%v:%p</c>.</summary>
/// <param name="Address">The client's.</param>
/// <param name="Time">Its own.</param>
/// <param name="Method">As sent; empty when the line is of a connection that sent no request.</param>
/// <param name="Path">Without the query, percent signs decoded.</param>
/// <param name="Query">With its question mark; empty for none.</param>
/// <param name="Host">The site where the line begins with it, or where the request named it in full; null when the line does not say.</param>
/// <param name="Status">Of the answer.</param>
/// <param name="HasUser">The log names a user.</param>
public sealed partial record AccessLineFields(
    IPAddress Address, DateTimeOffset Time, string Method, string Path, string Query, string? Host, int Status, bool HasUser)
{
    /// <summary>Characters of a line that are looked at; Apache takes requests of half as many.</summary>
    public const int MaxLine = 16_384;

    /// <summary>Reads one line; null when it is none.</summary>
    public static AccessLineFields? Read(string line)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (line.Length > MaxLine)
            line = line[..MaxLine];
        var match = Shape().Match(line);
        if (!match.Success || !IPAddress.TryParse(match.Groups["address"].ValueSpan, out var address)
            || !DateTimeOffset.TryParseExact(
                match.Groups["time"].Value.Insert(match.Groups["time"].Length - 2, ":"), "dd/MMM/yyyy:HH:mm:ss zzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return null;
        }

        var host = match.Groups["host"] is { Success: true } named ? named.Value[..named.Value.LastIndexOf(':')] : null;
        var words = match.Groups["request"].Value.Split(' ', 3);
        // A dash alone is what Apache writes of a connection that ended, or ran out of time, before its request.
        var (method, target) = words.Length > 1 ? (words[0], words[1]) : ("", "");
        if (target.Contains("://", StringComparison.Ordinal) && Uri.TryCreate(target, UriKind.Absolute, out var whole) && whole.Host.Length > 0)
            (host, target) = (whole.Host, whole.PathAndQuery);
        var query = target.IndexOf('?', StringComparison.Ordinal);
        return new AccessLineFields(
            address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, time, method, Uri.UnescapeDataString(query < 0 ? target : target[..query]),
            query < 0 ? "" : target[query..], host, int.Parse(match.Groups["status"].ValueSpan, CultureInfo.InvariantCulture),
            match.Groups["user"].Value != "-");
    }

    [GeneratedRegex(
        """^((?<host>[^ :]+:\d+) )?(?<address>[0-9A-Fa-f:.]{2,45}) \S+ (?<user>[^\[]*?) \[(?<time>\d\d/[A-Z][a-z][a-z]/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] "(?<request>(?>([^"\\]|\\.)*))" (?<status>\d{3})( |$)""",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Shape();
}
