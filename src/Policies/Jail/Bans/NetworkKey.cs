using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Weir.Policies.Jail.Bans;

/// <summary>A network as a number: 128 bits, IPv4 as ::ffff:0:0/96, and the length of its prefix.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct NetworkKey(ulong High, ulong Low, byte Length, bool IsV4)
{
    private const ulong V4Prefix = 0xffff_0000_0000;

    /// <summary>The key of a network as it is written.</summary>
    public static NetworkKey Of(IPNetwork network) =>
        TryOf(network.BaseAddress, out var whole)
            ? whole.Masked(whole.IsV4 && network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? network.PrefixLength + 96 : network.PrefixLength)
            : default;

    /// <summary>The key of one address, all 128 bits; false when there is none. Does not allocate.</summary>
    public static bool TryOf(IPAddress? address, out NetworkKey key)
    {
        key = default;
        if (address is null)
            return false;
        Span<byte> bytes = stackalloc byte[16];
        if (!address.TryWriteBytes(bytes, out var written))
            return false;
        if (written == 4)
        {
            key = new NetworkKey(0, V4Prefix | BinaryPrimitives.ReadUInt32BigEndian(bytes), 128, true);
            return true;
        }

        var high = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        var low = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        key = new NetworkKey(high, low, 128, high == 0 && low >> 32 == 0xffff);
        return true;
    }

    /// <summary>The network of that length which holds this one.</summary>
    /// <param name="length">Bits of 128, so 96 and more for IPv4.</param>
    public NetworkKey Masked(int length) => length switch
    {
        0 => new NetworkKey(0, 0, 0, IsV4),
        <= 64 => new NetworkKey(High & (ulong.MaxValue << (64 - length)), 0, (byte)length, IsV4),
        < 128 => new NetworkKey(High, Low & (ulong.MaxValue << (128 - length)), (byte)length, IsV4),
        _ => this with { Length = 128 },
    };

    /// <summary>True when the two have an address in common.</summary>
    public bool Overlaps(NetworkKey other)
    {
        var shorter = Math.Min(Length, other.Length);
        return IsV4 == other.IsV4 && Masked(shorter) == other.Masked(shorter);
    }

    /// <summary>The network as people write it: IPv4 without its 96 bits.</summary>
    public IPNetwork ToNetwork()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
        return IsV4 ? new IPNetwork(new IPAddress(bytes[12..]), Length - 96) : new IPNetwork(new IPAddress(bytes), Length);
    }
}
