using System.Buffers.Binary;
using System.Net;
using System.Numerics;

namespace Weir.Gateway.Listeners.ProxyProtocol;

/// <summary>Binary: 12 bytes of signature, version and command, family, the length of the rest; addresses; further fields.</summary>
internal static class ProxyHeaderV2
{
    /// <summary>Bytes before the addresses.</summary>
    public const int FixedBytes = 16;

    /// <summary>Bytes of addresses and further fields that are taken; the length's own bound is 65535. Senders stay below 600.</summary>
    public const int MaxFollowing = 4096;

    private const int ChecksumField = 3;

    public static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    public static ProxyHeader Read(ReadOnlySpan<byte> bytes)
    {
        var known = Math.Min(bytes.Length, Signature.Length);
        if (!bytes[..known].SequenceEqual(Signature[..known]))
            return new ProxyHeader(ProxyHeaderKind.Malformed);
        if (bytes.Length < FixedBytes)
            return new ProxyHeader(ProxyHeaderKind.Incomplete);
        var following = BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]);
        if (bytes[12] is not (0x20 or 0x21))
            return new ProxyHeader(ProxyHeaderKind.Malformed);
        if (following > MaxFollowing)
            return new ProxyHeader(ProxyHeaderKind.TooLong);
        var length = FixedBytes + following;
        if (bytes.Length < length)
            return new ProxyHeader(ProxyHeaderKind.Incomplete);
        // LOCAL: the sender's own connection; whatever family it names is to be ignored.
        if (bytes[12] == 0x20)
            return new ProxyHeader(ProxyHeaderKind.Peer, length);
        return ReadClient(bytes[..length], bytes[13]);
    }

    private static ProxyHeader ReadClient(ReadOnlySpan<byte> header, byte family)
    {
        var addresses = family switch
        {
            0x11 => 12,
            0x21 => 36,
            0x31 => 216,
            0x00 => 0,
            _ => -1,
        };
        if (addresses < 0)
            return new ProxyHeader(family is 0x12 or 0x22 or 0x32 ? ProxyHeaderKind.Datagram : ProxyHeaderKind.Malformed);
        var body = header[FixedBytes..];
        if (body.Length < addresses)
            return new ProxyHeader(ProxyHeaderKind.Malformed);
        // Of an unspecified family it is not said where addresses end: all of it is skipped.
        if (family == 0x00)
            return new ProxyHeader(ProxyHeaderKind.Peer, header.Length);
        if (FaultOfFields(header, FixedBytes + addresses) is { } fault)
            return new ProxyHeader(fault);
        return family switch
        {
            0x11 => Client(header, body[..4], body[8..]),
            0x21 => Client(header, body[..16], body[32..]),
            _ => new ProxyHeader(ProxyHeaderKind.Nameless, header.Length),
        };
    }

    private static ProxyHeader Client(ReadOnlySpan<byte> header, ReadOnlySpan<byte> address, ReadOnlySpan<byte> port)
    {
        var source = new IPAddress(address);
        if (source.IsIPv4MappedToIPv6)
            source = source.MapToIPv4();
        return new ProxyHeader(ProxyHeaderKind.Client, header.Length, new IPEndPoint(source, BinaryPrimitives.ReadUInt16BigEndian(port)));
    }

    /// <summary>Fields are a type, a length of two bytes and a value; they fill the header exactly. The checksum counts with zeros in its own place.</summary>
    private static ProxyHeaderKind? FaultOfFields(ReadOnlySpan<byte> header, int at)
    {
        var hasChecksum = false;
        while (at < header.Length)
        {
            if (header.Length - at < 3)
                return ProxyHeaderKind.Malformed;
            var type = header[at];
            var length = BinaryPrimitives.ReadUInt16BigEndian(header[(at + 1)..]);
            at += 3;
            if (header.Length - at < length)
                return ProxyHeaderKind.Malformed;
            if (type == ChecksumField)
            {
                if (hasChecksum || length != 4)
                    return ProxyHeaderKind.Malformed;
                hasChecksum = true;
                if (BinaryPrimitives.ReadUInt32BigEndian(header[at..]) != ChecksumOf(header, at))
                    return ProxyHeaderKind.Checksum;
            }

            at += length;
        }

        return null;
    }

    /// <summary>CRC32c (RFC 3720 appendix B.4) of the header with four zeros at <paramref name="at"/>.</summary>
    internal static uint ChecksumOf(ReadOnlySpan<byte> header, int at)
    {
        var crc = uint.MaxValue;
        for (var i = 0; i < header.Length; i++)
            crc = BitOperations.Crc32C(crc, i >= at && i < at + 4 ? (byte)0 : header[i]);
        return ~crc;
    }
}
