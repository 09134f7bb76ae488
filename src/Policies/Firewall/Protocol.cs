using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Weir.Policies.Firewall;

/// <summary>
/// What gateway and enforcer say to each other: lines of ASCII, ended by LF. One command, one answer.
/// <code>
/// hello 1        ok 0 MAX
/// apply N        N lines "+ NETWORK SECONDS" or "- NETWORK", single clients only        ok TAKEN REFUSED
/// networks N     N lines "+ NETWORK SECONDS", all networks that are no single client    ok TAKEN REFUSED
/// sync N         N lines "+ NETWORK SECONDS", everything                               ok TAKEN REFUSED
/// list           ok N PACKETS, then N lines "+ NETWORK SECONDS"
/// flush          ok 0 0
/// </code>
/// SECONDS is 1 to 315360000, or never. A failure is <c>error CODE text</c>; after <c>error protocol</c> the connection ends.
/// </summary>
internal static class Protocol
{
    public const int Version = 1;

    /// <summary>Bytes of a line without its end. A network with its seconds has at most 55; the rest is for errors.</summary>
    public const int MaxLine = 400;

    /// <summary>Clients in one <c>apply</c>.</summary>
    public const int MaxBatch = 4096;

    public const string Never = "never";

    public const string BadCommand = "protocol";

    /// <summary>nft failed.</summary>
    public const string Failed = "nft";

    /// <summary>The table, a set or a rule is missing; <c>sync</c> makes all anew.</summary>
    public const string Incomplete = "incomplete";

    public static string Addition(IPNetwork network, long? seconds) =>
        $"+ {network} {seconds?.ToString(CultureInfo.InvariantCulture) ?? Never}";

    public static string Removal(IPNetwork network) => $"- {network}";

    /// <summary>Reads a line of a list.</summary>
    /// <param name="line">Without its end.</param>
    /// <param name="element">What it says.</param>
    public static bool TryParse(ReadOnlySpan<char> line, out ProtocolElement element)
    {
        element = default;
        if (line.StartsWith("- ", StringComparison.Ordinal))
        {
            if (!Networks.TryParseCanonical(line[2..], out var removed))
                return false;
            element = new ProtocolElement(removed, IsRemoval: true, null);
            return true;
        }

        if (!line.StartsWith("+ ", StringComparison.Ordinal))
            return false;
        var rest = line[2..];
        var space = rest.IndexOf(' ');
        if (space < 0 || !Networks.TryParseCanonical(rest[..space], out var network))
            return false;
        var time = rest[(space + 1)..];
        if (time is Never)
        {
            element = new ProtocolElement(network, IsRemoval: false, null);
            return true;
        }

        if (!long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || seconds is < 1 or > KernelBan.MaxSeconds)
            return false;
        element = new ProtocolElement(network, IsRemoval: false, seconds);
        return true;
    }

    /// <summary>Reads <c>word N</c>.</summary>
    public static bool TryParseCommand(string line, [NotNullWhen(true)] out string? word, out int number)
    {
        word = null;
        number = 0;
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        if (space >= 0 && !int.TryParse(line.AsSpan(space + 1), NumberStyles.None, CultureInfo.InvariantCulture, out number))
            return false;
        word = space < 0 ? line : line[..space];
        return true;
    }
}
