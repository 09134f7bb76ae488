using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Weir.Policies.Throttle.Matching;

/// <summary>Addresses and networks; asked one by one, since lists are short.</summary>
internal sealed class AddressSet
{
    /// <summary>What an entry may be, for error texts.</summary>
    public const string Allowed = "an address, a network as 10.0.0.0/8, or an IPv4 address whose last parts are *, as 10.0.*.*";

    private readonly ImmutableArray<IPNetwork> _networks;
    private readonly ImmutableArray<(uint First, uint Last)> _ranges;

    private AddressSet(ImmutableArray<IPNetwork> networks, ImmutableArray<(uint First, uint Last)> ranges) => (_networks, _ranges) = (networks, ranges);

    public static AddressSet Empty { get; } = Of([]);

    public bool IsEmpty => _networks.IsEmpty && _ranges.IsEmpty;

    /// <summary>Entries that cannot be read are left out; the validator has named them.</summary>
    public static AddressSet Of(IEnumerable<string> entries)
    {
        var networks = ImmutableArray.CreateBuilder<IPNetwork>();
        var ranges = ImmutableArray.CreateBuilder<(uint First, uint Last)>();
        foreach (var entry in entries)
        {
            if (Parse(entry) is { } network)
                networks.Add(network);
            else if (ParseRange(entry) is { } range)
                ranges.Add(range);
        }

        return new AddressSet(networks.ToImmutable(), ranges.ToImmutable());
    }

    /// <summary>Null when it is neither an address, a network nor an address with *.</summary>
    public static IPNetwork? Parse(string text)
    {
        text = text.Trim();
        if (text.Contains('*', StringComparison.Ordinal))
            return ParseStars(text);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!TryAddress(slash < 0 ? text : text[..slash], out var address))
            return null;
        var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var prefix = bits;
        if (slash >= 0 && !(int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix) && prefix <= bits))
            return null;
        return new IPNetwork(Masked(address, prefix), prefix);
    }

    /// <summary>The network of an entry that names it by an address other than its first, as <c>10.0.0.1/8</c>; null for all others.</summary>
    public static IPNetwork? Rounded(string text)
    {
        text = text.Trim();
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && Parse(text) is { } network && TryAddress(text[..slash], out var address) && !address.Equals(network.BaseAddress) ? network : null;
    }

    /// <summary>An IPv4 range as AspNetCoreRateLimit has it, <c>10.0.0.1-10.0.0.9</c>; null when it is none.</summary>
    public static (uint First, uint Last)? ParseRange(string text)
    {
        var parts = text.Split('-', StringSplitOptions.TrimEntries);
        if (parts is not [var from, var to] || !TryAddress(from, out var first) || !TryAddress(to, out var last)
            || first.AddressFamily != AddressFamily.InterNetwork || last.AddressFamily != AddressFamily.InterNetwork)
        {
            return null;
        }

        var range = (Number(first), Number(last));
        return range.Item1 <= range.Item2 ? range : null;
    }

    public bool Contains(IPAddress? address)
    {
        if (address is null || IsEmpty)
            return false;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        foreach (var network in _networks)
        {
            if (network.Contains(address))
                return true;
        }

        if (_ranges.IsEmpty || address.AddressFamily != AddressFamily.InterNetwork)
            return false;
        var number = Number(address);
        foreach (var (first, last) in _ranges)
        {
            if (number >= first && number <= last)
                return true;
        }

        return false;
    }

    private static IPNetwork? ParseStars(string text)
    {
        var parts = text.Split('.');
        if (parts.Length != 4)
            return null;
        var known = Array.IndexOf(parts, "*");
        if (known < 0 || parts.Skip(known).Any(p => p != "*"))
            return null;
        Span<byte> bytes = stackalloc byte[4];
        for (var i = 0; i < known; i++)
        {
            if (!byte.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out bytes[i]))
                return null;
        }

        return new IPNetwork(new IPAddress(bytes), known * 8);
    }

    // "10" and "0x0a.1" are addresses to IPAddress.Parse and to nobody else.
    private static bool TryAddress(string text, out IPAddress address)
    {
        address = IPAddress.None;
        if (!IPAddress.TryParse(text, out var parsed) || (parsed.AddressFamily == AddressFamily.InterNetwork && parsed.ToString() != text))
            return false;
        address = parsed.IsIPv4MappedToIPv6 ? parsed.MapToIPv4() : parsed;
        return true;
    }

    private static IPAddress Masked(IPAddress address, int prefix)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            var bits = Math.Clamp(prefix - (i * 8), 0, 8);
            bytes[i] &= (byte)(0xff << (8 - bits));
        }

        return new IPAddress(bytes);
    }

    private static uint Number(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }
}
