using System.Buffers.Binary;
using System.Net;
using System.Text;
using Weir.Gateway.Listeners.ProxyProtocol;

namespace Weir.Gateway.Tests.Listeners;

/// <summary>Writes PROXY headers.</summary>
internal static class ProxyHeaders
{
    public static byte[] V1(string line) => Encoding.Latin1.GetBytes(line + "\r\n");

    public static byte[] V2(byte command, byte family, byte[] following) =>
        V2(command, family, following, following.Length);

    public static byte[] V2(byte command, byte family, byte[] following, int length)
    {
        var header = new byte[16];
        "\r\n\r\n\0\r\nQUIT\n"u8.CopyTo(header);
        header[12] = command;
        header[13] = family;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(14), (ushort)length);
        return [.. header, .. following];
    }

    public static byte[] Addresses(string source, string destination, ushort from = 56324, ushort to = 443)
    {
        var ports = new byte[4];
        BinaryPrimitives.WriteUInt16BigEndian(ports, from);
        BinaryPrimitives.WriteUInt16BigEndian(ports.AsSpan(2), to);
        return [.. IPAddress.Parse(source).GetAddressBytes(), .. IPAddress.Parse(destination).GetAddressBytes(), .. ports];
    }

    public static byte[] Field(byte type, params byte[] value) => [type, (byte)(value.Length >> 8), (byte)value.Length, .. value];

    /// <summary>A header with a right checksum as its last field.</summary>
    public static byte[] WithChecksum(byte family, byte[] following)
    {
        var header = V2(0x21, family, [.. following, .. Field(3, 0, 0, 0, 0)]);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(header.Length - 4), ProxyHeaderV2.ChecksumOf(header, header.Length - 4));
        return header;
    }
}
