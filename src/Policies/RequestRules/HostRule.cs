using System.Buffers;
using System.Globalization;
using System.Net;

namespace Weir.Policies.RequestRules;

/// <summary>Hosts that everyone reads alike: a name of letters, digits, hyphens, underscores and dots, or an address, and a port.</summary>
internal static class HostRule
{
    private const int MaxLength = 255;

    private static readonly SearchValues<char> NameChars =
        SearchValues.Create("-._0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>
    /// Tighter than RFC 3986, which lets a name hold percent-encoding, commas and the like: no site has such a name, and
    /// software behind disagrees about it.
    /// </summary>
    public static bool IsValid(string host)
    {
        if (host.StartsWith('['))
            return IsAddress(host);
        var span = host.AsSpan();
        var end = span.IndexOfAnyExcept(NameChars);
        var name = end < 0 ? span : span[..end];
        // A label may not be empty, but for the root's at the end.
        if (name.Length is 0 or > MaxLength || name[0] == '.' || name.Contains("..", StringComparison.Ordinal))
            return false;
        return end < 0 || IsPort(span[end..]);
    }

    private static bool IsAddress(string host)
    {
        var end = host.IndexOf(']', StringComparison.Ordinal);
        if (end < 0)
            return false;
        var address = host.AsSpan(1, end - 1);
        return address.Contains(':') && !address.Contains('%') && IPAddress.IsValid(address) && (end == host.Length - 1 || IsPort(host.AsSpan(end + 1)));
    }

    /// <summary>A colon and 1 to 65535.</summary>
    private static bool IsPort(ReadOnlySpan<char> text) =>
        text.Length is > 1 and <= 6 && text[0] == ':'
        && int.TryParse(text[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= ushort.MaxValue;
}
