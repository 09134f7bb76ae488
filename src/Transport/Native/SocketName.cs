using System.Buffers.Binary;
using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Weir.Transport.Native;

/// <summary>A peer's IPv4 or IPv6 address as the kernel gave it, kept small until somebody asks for an <see cref="IPEndPoint"/>.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct SocketName
{
    /// <summary>Bytes that hold any <c>sockaddr_in</c> or <c>sockaddr_in6</c>; longer names (Unix sockets) are cut off and not read.</summary>
    public const int MaxBytes = 32;

    private static ReadOnlySpan<byte> MappedPrefix => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF];

    private readonly AddressBytes _address;
    private readonly uint _scope;
    private readonly ushort _port;
    private readonly ushort _family;

    private SocketName(ReadOnlySpan<byte> bytes, int addressOffset, int addressBytes, uint scope)
    {
        _family = MemoryMarshal.Read<ushort>(bytes);
        _port = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        bytes.Slice(addressOffset, addressBytes).CopyTo(_address);
        _scope = scope;
    }

    /// <summary>Reads a <c>sockaddr</c>; other families leave the name empty.</summary>
    public static SocketName Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 8)
            return default;
        return MemoryMarshal.Read<ushort>(bytes) switch
        {
            SocketNumbers.InterNetwork => new SocketName(bytes, 4, 4, 0),
            SocketNumbers.InterNetworkV6 when bytes.Length >= 28 => new SocketName(bytes, 8, 16, MemoryMarshal.Read<uint>(bytes[24..])),
            _ => default,
        };
    }

    /// <summary>The address as .NET shows it: IPv4 inside IPv6 stays mapped, as with Kestrel's socket transport. Null when empty.</summary>
    public IPEndPoint? ToEndPoint() => _family switch
    {
        SocketNumbers.InterNetwork => new IPEndPoint(new IPAddress(((ReadOnlySpan<byte>)_address)[..4]), _port),
        SocketNumbers.InterNetworkV6 => new IPEndPoint(new IPAddress(_address, _scope), _port),
        _ => null,
    };

    /// <summary>The address alone; IPv4 inside IPv6 becomes IPv4. Null when empty.</summary>
    public IPAddress? ToAddress()
    {
        ReadOnlySpan<byte> bytes = _address;
        return _family switch
        {
            SocketNumbers.InterNetwork => new IPAddress(bytes[..4]),
            SocketNumbers.InterNetworkV6 when bytes.StartsWith(MappedPrefix) => new IPAddress(bytes[12..]),
            SocketNumbers.InterNetworkV6 => new IPAddress(bytes),
            _ => null,
        };
    }

    [InlineArray(16)]
    private struct AddressBytes
    {
        private byte _first;
    }
}
