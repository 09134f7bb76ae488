using System.Net;
using System.Net.Sockets;

namespace Weir.Policies.Firewall;

/// <summary>Networks as the kernel's sets have them.</summary>
public static class Networks
{
    /// <summary>IPv4 networks larger than this are a mistake, not a ban.</summary>
    public const int MinPrefix4 = 8;

    /// <summary>The same for IPv6.</summary>
    public const int MinPrefix6 = 16;

    /// <summary>The IPv6 prefix of a client's set; other lengths go to the set of networks.</summary>
    public const int ClientPrefix6 = 64;

    // ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255/128
    private const int MaxLength = 49;

    /// <summary>A network in the one form in which it is compared: IPv4 written as IPv6 becomes IPv4, no scope.</summary>
    public static IPNetwork Normalize(IPNetwork network)
    {
        var address = network.BaseAddress;
        if (address.IsIPv4MappedToIPv6 && network.PrefixLength >= 96)
            return new IPNetwork(address.MapToIPv4(), network.PrefixLength - 96);
        return address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0
            ? new IPNetwork(new IPAddress(address.GetAddressBytes()), network.PrefixLength)
            : network;
    }

    /// <summary>True for what counts as one client: IPv4 /32, IPv6 /64. Those have hash sets; all else has interval sets.</summary>
    public static bool IsClient(IPNetwork network) =>
        network.PrefixLength == (network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? 32 : ClientPrefix6);

    /// <summary>True for what is a mistake, not a ban.</summary>
    public static bool IsTooLarge(IPNetwork network) =>
        network.PrefixLength < (network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? MinPrefix4 : MinPrefix6);

    /// <summary>True when one contains the other.</summary>
    public static bool Overlap(IPNetwork a, IPNetwork b) =>
        a.PrefixLength <= b.PrefixLength ? a.Contains(b.BaseAddress) : b.Contains(a.BaseAddress);

    /// <summary>Reads an operator's entry: a network, or a single address.</summary>
    public static bool TryParse(string text, out IPNetwork network)
    {
        network = default;
        if (!text.Contains('/', StringComparison.Ordinal))
        {
            if (!IPAddress.TryParse(text, out var address) || address.ToString() != text)
                return false;
            network = Normalize(new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128));
            return true;
        }

        if (!IPNetwork.TryParse(text, out var parsed) || !IsExact(text, parsed))
            return false;
        network = Normalize(parsed);
        return true;
    }

    /// <summary>Reads what a machine wrote: only the one form that <see cref="object.ToString"/> writes is taken.</summary>
    public static bool TryParseCanonical(ReadOnlySpan<char> text, out IPNetwork network)
    {
        network = default;
        if (text.Length > MaxLength || !text.Contains('/') || !IPNetwork.TryParse(text, out var parsed) || !IsExact(text, parsed))
            return false;
        network = Normalize(parsed);
        return text.SequenceEqual(network.ToString());
    }

    /// <summary>Those that no other contains, in the order of their addresses: interval sets refuse overlaps.</summary>
    public static List<KernelBan> Outermost(IEnumerable<KernelBan> bans)
    {
        var sorted = bans.ToList();
        sorted.Sort(static (a, b) => Compare(a.Network, b.Network));
        var kept = new List<KernelBan>(sorted.Count);
        foreach (var ban in sorted)
        {
            // Sorted so, a network's parts follow it at once.
            if (kept.Count == 0 || !kept[^1].Network.Contains(ban.Network.BaseAddress))
                kept.Add(ban);
        }

        return kept;
    }

    private static int Compare(IPNetwork a, IPNetwork b)
    {
        Span<byte> left = stackalloc byte[16];
        Span<byte> right = stackalloc byte[16];
        a.BaseAddress.TryWriteBytes(left, out var leftLength);
        b.BaseAddress.TryWriteBytes(right, out var rightLength);
        var order = leftLength.CompareTo(rightLength);
        if (order == 0)
            order = left[..leftLength].SequenceCompareTo(right[..rightLength]);
        return order == 0 ? a.PrefixLength.CompareTo(b.PrefixLength) : order;
    }

    // The runtime takes 10.0.0.1/8 and clears the bits behind the prefix; here that is a typing error.
    private static bool IsExact(ReadOnlySpan<char> text, IPNetwork network) =>
        IPAddress.TryParse(text[..text.IndexOf('/')], out var address) && address.Equals(network.BaseAddress);
}
