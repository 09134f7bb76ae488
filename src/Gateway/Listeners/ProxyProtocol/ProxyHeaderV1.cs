using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Weir.Gateway.Listeners.ProxyProtocol;

/// <summary>One line of text: <c>PROXY TCP4 192.0.2.1 198.51.100.1 56324 443</c>.</summary>
internal static class ProxyHeaderV1
{
    /// <summary>With CR LF, by the specification's section 2.1.</summary>
    private const int MaxBytes = 107;

    // No brackets and no zone, which .NET would take.
    private static readonly SearchValues<char> AddressCharacters = SearchValues.Create("0123456789abcdefABCDEF:.");

    private static ReadOnlySpan<byte> Start => "PROXY "u8;

    public static ProxyHeader Read(ReadOnlySpan<byte> bytes)
    {
        var known = Math.Min(bytes.Length, Start.Length);
        if (!bytes[..known].SequenceEqual(Start[..known]))
            return new ProxyHeader(ProxyHeaderKind.Malformed);
        var window = bytes[..Math.Min(bytes.Length, MaxBytes)];
        var end = window.IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0 || (end == window.Length - 1 && window[end] == '\r'))
            return new ProxyHeader(window.Length == MaxBytes ? ProxyHeaderKind.TooLong : ProxyHeaderKind.Incomplete);
        if (end < Start.Length || window[end] != '\r' || window[end + 1] != '\n')
            return new ProxyHeader(ProxyHeaderKind.Malformed);
        return ReadLine(window[Start.Length..end], end + 2);
    }

    private static ProxyHeader ReadLine(ReadOnlySpan<byte> line, int length)
    {
        // What follows UNKNOWN is not to be read.
        if (line.StartsWith("UNKNOWN"u8) && (line.Length == 7 || line[7] == ' '))
            return new ProxyHeader(ProxyHeaderKind.Peer, length);
        Span<char> text = stackalloc char[line.Length];
        if (!Ascii.IsValid(line) || Encoding.ASCII.GetChars(line, text) != line.Length)
            return new ProxyHeader(ProxyHeaderKind.Malformed);
        Span<Range> parts = stackalloc Range[6];
        ReadOnlySpan<char> words = text;
        if (words.Split(parts, ' ') != 5
            || FamilyOf(words[parts[0]]) is not { } family
            || AddressOf(words[parts[1]], family) is not { } source
            || AddressOf(words[parts[2]], family) is null
            || !TryReadPort(words[parts[3]], out var port)
            || !TryReadPort(words[parts[4]], out _))
        {
            return new ProxyHeader(ProxyHeaderKind.Malformed);
        }

        return new ProxyHeader(ProxyHeaderKind.Client, length, new IPEndPoint(source, port));
    }

    private static AddressFamily? FamilyOf(ReadOnlySpan<char> word) => word switch
    {
        "TCP4" => AddressFamily.InterNetwork,
        "TCP6" => AddressFamily.InterNetworkV6,
        _ => null,
    };

    private static IPAddress? AddressOf(ReadOnlySpan<char> word, AddressFamily family)
    {
        if (word.IndexOfAnyExcept(AddressCharacters) >= 0 || !IPAddress.TryParse(word, out var address) || address.AddressFamily != family)
            return null;
        if (family == AddressFamily.InterNetworkV6)
            return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        // Nor 1, 0x7f.1 and 010.0.0.1: an IPv4 address is written in one way only.
        Span<char> canonical = stackalloc char[15];
        return address.TryFormat(canonical, out var written) && word.SequenceEqual(canonical[..written]) ? address : null;
    }

    private static bool TryReadPort(ReadOnlySpan<char> word, out ushort port) =>
        ushort.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out port) && (word.Length == 1 || word[0] != '0');
}
