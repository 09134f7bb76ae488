using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Weir.Policies.ClientAddress;

/// <summary>An address as 128 bits in network order; IPv4 lies in ::ffff:0:0/96, so that both ways to write it are one. No zone, no port.</summary>
internal readonly record struct PlainAddress(UInt128 Bits)
{
    private static readonly UInt128 MappedPrefix = new(0, 0xFFFF_0000_0000UL);

    /// <summary>True for IPv4, however it was written.</summary>
    public bool IsV4 => Bits >> 32 == MappedPrefix >> 32;

    /// <summary>The upper half; of IPv6 the network by RFC 6177.</summary>
    public ulong High => (ulong)(Bits >> 64);

    /// <summary>The lower half; its lower 32 bits are an IPv4 address.</summary>
    public ulong Low => (ulong)Bits;

    /// <summary>An IPv4 address from its 32 bits.</summary>
    public static PlainAddress V4(uint bits) => new(MappedPrefix | bits);

    /// <summary>Does not allocate.</summary>
    public static PlainAddress Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetwork
            ? V4(BinaryPrimitives.ReadUInt32BigEndian(bytes))
            : new PlainAddress(BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    /// <summary>The same address without the bits after the first <paramref name="prefix"/> of its 128.</summary>
    public PlainAddress Masked(int prefix) => new(prefix == 0 ? UInt128.Zero : Bits & (UInt128.MaxValue << (128 - prefix)));

    /// <summary>A new object: four bytes for IPv4, sixteen otherwise.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Bits);
        return new IPAddress(IsV4 ? bytes[12..] : bytes);
    }
}
