using System.Globalization;

namespace Weir.Policies.ClientAddress;

/// <summary>A network, or one address, as a configuration names it.</summary>
/// <param name="First">Its first address.</param>
/// <param name="Prefix">Bits of 128 that all its addresses share; IPv4's are 96 and more.</param>
internal readonly record struct PlainNetwork(UInt128 First, int Prefix)
{
    public UInt128 Last => First | (Prefix == 128 ? UInt128.Zero : UInt128.MaxValue >> Prefix);

    /// <summary>Reads <c>192.0.2.1</c>, <c>10.0.0.0/8</c>, <c>2001:db8::/32</c>.</summary>
    /// <param name="text">As written.</param>
    /// <param name="network">What it names.</param>
    /// <param name="fault">What is wrong with it, to follow "allowed: "; null when nothing is.</param>
    public static bool TryParse(string text, out PlainNetwork network, out string? fault)
    {
        network = default;
        fault = "an address, or a network such as 10.0.0.0/8 or 2001:db8::/32";
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var host = slash < 0 ? text : text[..slash];
        // Brackets, ports and zones belong to a connection, not to a network.
        if (host.AsSpan().IndexOfAny('[', '%') >= 0 || host.AsSpan().Count(':') == 1 || !AddressText.TryParse(host, out var address))
            return false;
        var isDotted = !host.Contains(':', StringComparison.Ordinal);
        var bits = isDotted ? 32 : 128;
        var prefix = bits;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix) || prefix > bits))
            return false;
        var whole = isDotted ? prefix + 96 : prefix;
        if (prefix == 0 || (whole <= 96 && address.Masked(whole) == PlainAddress.V4(0).Masked(whole)))
        {
            fault = "a network that is not all of IPv4 or IPv6, since whoever trusts everybody trusts every forged header";
            return false;
        }

        if (address.Masked(whole) is var masked && masked != address)
        {
            fault = string.Create(CultureInfo.InvariantCulture, $"a network's first address, here {masked.ToIPAddress()}/{prefix}");
            return false;
        }

        network = new PlainNetwork(address.Bits, whole);
        fault = null;
        return true;
    }
}
