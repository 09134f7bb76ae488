using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Weir.Policies.ClientAddress;

/// <summary>Folds an address to the number that a client counts under.</summary>
internal static class ClientKey
{
    /// <summary>Peers without an address (Unix sockets) count as one client; ::1, in the all-zero /64, shares the number.</summary>
    public const ulong Local = 0;

    /// <summary>
    /// An IPv4 address as its 32 bits in network order, an IPv4 address written as IPv6 (::ffff:0:0/96) likewise, any other IPv6
    /// address as its upper 64 bits: a subscriber owns the whole /64 (RFC 6177), so its hosts share one number. Does not allocate.
    /// </summary>
    public static ulong Of(IPAddress? address)
    {
        if (address is null)
            return Local;
        Span<byte> bytes = stackalloc byte[16];
        if (!address.TryWriteBytes(bytes, out _))
            return Local;
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return BinaryPrimitives.ReadUInt32BigEndian(bytes);
        return address.IsIPv4MappedToIPv6
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes[12..])
            : BinaryPrimitives.ReadUInt64BigEndian(bytes);
    }
}
