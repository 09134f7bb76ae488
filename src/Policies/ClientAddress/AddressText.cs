using System.Globalization;

namespace Weir.Policies.ClientAddress;

/// <summary>
/// Reads addresses as proxies write them. Stricter than <see cref="System.Net.IPAddress"/>, which takes <c>1</c>, <c>0x7f.1</c> and
/// <c>0177.0.0.1</c> for addresses that another reader takes for something else. Does not allocate.
/// </summary>
internal static class AddressText
{
    /// <summary>Longest text that is looked at: IPv6 with IPv4 at its end, brackets, a zone and a port.</summary>
    public const int MaxLength = 96;

    /// <summary>
    /// One address: dotted IPv4 of four decimal numbers without leading zeros, or IPv6 (RFC 4291 section 2.2), alone or in brackets. A port
    /// (<c>192.0.2.1:80</c>, <c>[2001:db8::1]:80</c>) and a zone (<c>fe80::1%eth0</c>) are dropped.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, out PlainAddress address)
    {
        address = default;
        if (text.Length is 0 or > MaxLength)
            return false;
        if (text[0] == '[')
        {
            var end = text.IndexOf(']');
            return end > 0 && IsPort(text[(end + 1)..]) && TryParseV6(WithoutZone(text[1..end]), out address);
        }

        var colon = text.IndexOf(':');
        if (colon < 0)
            return TryParseV4(text, out address);
        return text[(colon + 1)..].Contains(':')
            ? TryParseV6(WithoutZone(text), out address)
            : IsPort(text[colon..]) && TryParseV4(text[..colon], out address);
    }

    private static ReadOnlySpan<char> WithoutZone(ReadOnlySpan<char> text)
    {
        var zone = text.IndexOf('%');
        return zone < 0 || zone == text.Length - 1 ? text : text[..zone];
    }

    // Nothing, or a colon and one to five digits; or an obfuscated port (RFC 7239 section 6.3). Which port, nobody asks.
    private static bool IsPort(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return true;
        if (text[0] != ':' || text.Length < 2)
            return false;
        var port = text[1..];
        return port[0] == '_'
            ? port.Length > 1 && port[1..].IndexOfAnyExcept(ForwardedText.Obfuscated) < 0
            : port.Length <= 5 && IsDigits(port);
    }

    // The span's own ContainsAnyExceptInRange boxes its bounds until it is compiled for good.
    private static bool IsDigits(ReadOnlySpan<char> text)
    {
        foreach (var digit in text)
        {
            if (!char.IsAsciiDigit(digit))
                return false;
        }

        return true;
    }

    private static bool TryParseV4(ReadOnlySpan<char> text, out PlainAddress address)
    {
        address = default;
        if (!TryReadV4(text, out var bits))
            return false;
        address = PlainAddress.V4(bits);
        return true;
    }

    private static bool TryReadV4(ReadOnlySpan<char> text, out uint bits)
    {
        bits = 0;
        var numbers = 0;
        while (true)
        {
            var dot = text.IndexOf('.');
            var number = dot < 0 ? text : text[..dot];
            if (++numbers > 4 || number.Length is 0 or > 3 || (number.Length > 1 && number[0] == '0') || !IsDigits(number))
                return false;
            var value = 0u;
            foreach (var digit in number)
                value = (value * 10) + (uint)(digit - '0');
            if (value > 255)
                return false;
            bits = (bits << 8) | value;
            if (dot < 0)
                return numbers == 4;
            text = text[(dot + 1)..];
        }
    }

    private static bool TryParseV6(ReadOnlySpan<char> text, out PlainAddress address)
    {
        address = default;
        UInt128 bits = 0;
        var groups = 0;
        var gap = -1;
        if (text.StartsWith("::"))
        {
            gap = 0;
            text = text[2..];
        }

        while (!text.IsEmpty)
        {
            if (groups == 8)
                return false;
            var colon = text.IndexOf(':');
            var group = colon < 0 ? text : text[..colon];
            if (colon < 0 && group.Contains('.'))
            {
                if (groups > 6 || !TryReadV4(group, out var v4))
                    return false;
                bits = (bits << 32) | v4;
                groups += 2;
                break;
            }

            if (group.Length is 0 or > 4 || !ushort.TryParse(group, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
                return false;
            bits = (bits << 16) | value;
            groups++;
            if (colon < 0)
                break;
            text = text[(colon + 1)..];
            // A single colon at the end has no group after it.
            if (text.IsEmpty)
                return false;
            if (text[0] != ':')
                continue;
            if (gap >= 0)
                return false;
            gap = groups;
            text = text[1..];
        }

        if (gap < 0 ? groups != 8 : groups > 7)
            return false;
        if (gap >= 0)
        {
            // What was read after the gap stays at the end, what was read before it moves to the front.
            var after = 16 * (groups - gap);
            var tail = after == 0 ? UInt128.Zero : bits & ((UInt128.One << after) - 1);
            var head = gap == 0 ? UInt128.Zero : (bits >> after) << (128 - (16 * gap));
            bits = head | tail;
        }

        address = new PlainAddress(bits);
        return true;
    }
}
