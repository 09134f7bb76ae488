using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Weir.Fail2ban.Filters;

/// <summary>Reads the text of a host as an address, as inet_pton does: no leading zeros, no short forms.</summary>
internal static class HostText
{
    /// <summary>Null when it is a name, or no address.</summary>
    public static IPAddress? Parse(string text)
    {
        if (!text.Contains(':', StringComparison.Ordinal))
        {
            return ParseIPv4(text);
        }

        if (text.Contains('%', StringComparison.Ordinal) || !IPAddress.TryParse(text, out IPAddress? address) || address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return null;
        }

        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    private static IPAddress? ParseIPv4(string text)
    {
        Span<byte> bytes = stackalloc byte[4];
        int index = 0;
        foreach (Range part in text.AsSpan().Split('.'))
        {
            ReadOnlySpan<char> digits = text.AsSpan(part);
            if (index == 4 || digits.Length is 0 or > 3 || digits.Length > 1 && digits[0] == '0'
                || !byte.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out bytes[index]))
            {
                return null;
            }

            index++;
        }

        return index == 4 ? new IPAddress(bytes) : null;
    }
}
