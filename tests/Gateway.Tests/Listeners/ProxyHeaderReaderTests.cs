using System.Net;
using Weir.Gateway.Listeners.ProxyProtocol;

namespace Weir.Gateway.Tests.Listeners;

public sealed class ProxyHeaderReaderTests
{
    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443", "192.0.2.1:56324")]
    [InlineData("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535", "255.255.255.255:65535")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 0 0", "192.0.2.1:0")]
    [InlineData("PROXY TCP6 2001:db8::1 2001:db8::2 56324 443", "[2001:db8::1]:56324")]
    [InlineData("PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535", "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535")]
    [InlineData("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2", "192.0.2.1:1")]
    public void Version_1_names_the_client(string line, string client)
    {
        var bytes = ProxyHeaders.V1(line);
        var header = ProxyHeaderReader.Read([.. bytes, .. "GET / HTTP/1.1\r\n"u8]);
        Assert.Equal(new ProxyHeader(ProxyHeaderKind.Client, bytes.Length, IPEndPoint.Parse(client)), header);
    }

    [Theory]
    [InlineData("PROXY UNKNOWN")]
    [InlineData("PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535")]
    [InlineData("PROXY UNKNOWN whatever")]
    public void Version_1_may_speak_for_the_peer(string line) =>
        Assert.Equal(new ProxyHeader(ProxyHeaderKind.Peer, line.Length + 2), ProxyHeaderReader.Read(ProxyHeaders.V1(line)));

    [Theory]
    [InlineData("PROXY")]
    [InlineData("PROXY ")]
    [InlineData("PROXY TCP4")]
    [InlineData("PROXY UNKNOWNX")]
    [InlineData("proxy TCP4 192.0.2.1 198.51.100.1 56324 443")]
    [InlineData("PROXY tcp4 192.0.2.1 198.51.100.1 56324 443")]
    [InlineData("PROXY TCP5 192.0.2.1 198.51.100.1 56324 443")]
    [InlineData("PROXY UDP4 192.0.2.1 198.51.100.1 56324 443")]
    [InlineData("PROXY TCP4  192.0.2.1 198.51.100.1 56324 443")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443 ")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 56324")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443 1")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 65536 443")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 +1 443")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 01 443")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 -1 443")]
    [InlineData("PROXY TCP4 192.0.2.01 198.51.100.1 1 443")]
    [InlineData("PROXY TCP4 192.0.2.256 198.51.100.1 1 443")]
    [InlineData("PROXY TCP4 192.0.2 198.51.100.1 1 443")]
    [InlineData("PROXY TCP4 1 198.51.100.1 1 443")]
    [InlineData("PROXY TCP4 192.0.2.1 garbage 1 443")]
    [InlineData("PROXY TCP4 2001:db8::1 2001:db8::2 1 443")]
    [InlineData("PROXY TCP6 192.0.2.1 198.51.100.1 1 443")]
    [InlineData("PROXY TCP6 [2001:db8::1] 2001:db8::2 1 443")]
    [InlineData("PROXY TCP6 fe80::1%1 2001:db8::2 1 443")]
    [InlineData("PROXY TCP4\t192.0.2.1 198.51.100.1 1 443")]
    [InlineData("PROXY TCP4 192.0.2.1\u00a0 198.51.100.1 1 443")]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.1 1 443\n")]
    [InlineData("GET / HTTP/1.1")]
    [InlineData("P")]
    [InlineData("PROXX")]
    public void Version_1_is_read_to_the_letter(string line) =>
        Assert.Equal(new ProxyHeader(ProxyHeaderKind.Malformed), ProxyHeaderReader.Read(ProxyHeaders.V1(line)));

    [Fact]
    public void A_header_in_pieces_is_incomplete_until_its_last_byte()
    {
        foreach (var header in Whole())
        {
            for (var i = 0; i < header.Length; i++)
                Assert.Equal(ProxyHeaderKind.Incomplete, ProxyHeaderReader.Read(header.AsSpan(0, i)).Kind);
            Assert.Equal(header.Length, ProxyHeaderReader.Read(header).Bytes);
        }
    }

    [Fact]
    public void Version_1_ends_after_107_bytes()
    {
        Assert.Equal(ProxyHeaderKind.Peer, ProxyHeaderReader.Read(ProxyHeaders.V1("PROXY UNKNOWN " + new string('x', 91))).Kind);
        Assert.Equal(ProxyHeaderKind.TooLong, ProxyHeaderReader.Read(ProxyHeaders.V1("PROXY UNKNOWN " + new string('x', 92))).Kind);
        Assert.Equal(ProxyHeaderKind.TooLong, ProxyHeaderReader.Read(new string('x', 200).Insert(0, "PROXY ").Select(c => (byte)c).ToArray()).Kind);
    }

    [Fact]
    public void Version_2_names_the_client()
    {
        var four = ProxyHeaders.V2(0x21, 0x11, ProxyHeaders.Addresses("192.0.2.1", "198.51.100.1"));
        Assert.Equal(new ProxyHeader(ProxyHeaderKind.Client, 28, IPEndPoint.Parse("192.0.2.1:56324")), ProxyHeaderReader.Read([.. four, 1, 2, 3]));
        var six = ProxyHeaders.V2(0x21, 0x21, ProxyHeaders.Addresses("2001:db8::1", "2001:db8::2"));
        Assert.Equal(new ProxyHeader(ProxyHeaderKind.Client, 52, IPEndPoint.Parse("[2001:db8::1]:56324")), ProxyHeaderReader.Read(six));
        var mapped = ProxyHeaders.V2(0x21, 0x21, ProxyHeaders.Addresses("::ffff:192.0.2.1", "::1"));
        Assert.Equal(IPEndPoint.Parse("192.0.2.1:56324"), ProxyHeaderReader.Read(mapped).Source);
    }

    [Fact]
    public void Version_2_of_a_Unix_socket_names_nobody() =>
        Assert.Equal(new ProxyHeader(ProxyHeaderKind.Nameless, 232), ProxyHeaderReader.Read(ProxyHeaders.V2(0x21, 0x31, new byte[216])));

    [Fact]
    public void Version_2_may_speak_for_the_peer()
    {
        Assert.Equal(new ProxyHeader(ProxyHeaderKind.Peer, 16), ProxyHeaderReader.Read(ProxyHeaders.V2(0x20, 0x00, [])));
        // LOCAL: family and addresses do not count, whatever they are.
        Assert.Equal(new ProxyHeader(ProxyHeaderKind.Peer, 21), ProxyHeaderReader.Read(ProxyHeaders.V2(0x20, 0xEE, new byte[5])));
        Assert.Equal(new ProxyHeader(ProxyHeaderKind.Peer, 21), ProxyHeaderReader.Read(ProxyHeaders.V2(0x21, 0x00, new byte[5])));
    }

    [Fact]
    public void Version_2_refuses_what_it_does_not_know()
    {
        var addresses = ProxyHeaders.Addresses("192.0.2.1", "198.51.100.1");
        Assert.Equal(ProxyHeaderKind.Malformed, Kind(ProxyHeaders.V2(0x11, 0x11, addresses)));
        Assert.Equal(ProxyHeaderKind.Malformed, Kind(ProxyHeaders.V2(0x22, 0x11, addresses)));
        Assert.Equal(ProxyHeaderKind.Malformed, Kind(ProxyHeaders.V2(0x21, 0x13, addresses)));
        Assert.Equal(ProxyHeaderKind.Malformed, Kind(ProxyHeaders.V2(0x21, 0x41, addresses)));
        Assert.Equal(ProxyHeaderKind.Malformed, Kind(ProxyHeaders.V2(0x21, 0x11, addresses[..11])));
        Assert.Equal(ProxyHeaderKind.Malformed, Kind(ProxyHeaders.V2(0x21, 0x21, addresses)));
        Assert.Equal(ProxyHeaderKind.Malformed, Kind([.. "\r\n\r\n\0\r\nQUIX\n"u8, 0x21, 0x11, 0, 12, .. addresses]));
        foreach (var family in (byte[])[0x12, 0x22, 0x32])
            Assert.Equal(ProxyHeaderKind.Datagram, Kind(ProxyHeaders.V2(0x21, family, new byte[216])));
    }

    [Fact]
    public void Version_2_has_a_bound()
    {
        Assert.Equal(ProxyHeaderKind.Peer, Kind(ProxyHeaders.V2(0x20, 0, new byte[4096])));
        // Said by the length alone: nothing of it is waited for.
        Assert.Equal(ProxyHeaderKind.TooLong, Kind(ProxyHeaders.V2(0x20, 0, [], 4097)));
        Assert.Equal(ProxyHeaderKind.TooLong, Kind(ProxyHeaders.V2(0x21, 0x11, [], 65535)));
    }

    [Fact]
    public void Further_fields_have_to_fill_the_header_and_a_checksum_has_to_be_right()
    {
        var addresses = ProxyHeaders.Addresses("192.0.2.1", "198.51.100.1");
        Assert.Equal(ProxyHeaderKind.Client, Kind(ProxyHeaders.V2(0x21, 0x11, [.. addresses, .. ProxyHeaders.Field(1, 2, 3), .. ProxyHeaders.Field(4)])));
        Assert.Equal(ProxyHeaderKind.Malformed, Kind(ProxyHeaders.V2(0x21, 0x11, [.. addresses, 1])));
        Assert.Equal(ProxyHeaderKind.Malformed, Kind(ProxyHeaders.V2(0x21, 0x11, [.. addresses, 1, 0, 2, 0])));
        Assert.Equal(ProxyHeaderKind.Malformed, Kind(ProxyHeaders.V2(0x21, 0x11, [.. addresses, .. ProxyHeaders.Field(3, 1, 2, 3)])));
        Assert.Equal(ProxyHeaderKind.Checksum, Kind(ProxyHeaders.V2(0x21, 0x11, [.. addresses, .. ProxyHeaders.Field(3, 1, 2, 3, 4)])));
        var right = ProxyHeaders.WithChecksum(0x11, [.. addresses, .. ProxyHeaders.Field(2, (byte)'a')]);
        Assert.Equal(ProxyHeaderKind.Client, Kind(right));
        for (var i = 16; i < 28; i++)
        {
            var changed = (byte[])right.Clone();
            changed[i] ^= 1;
            Assert.Equal(ProxyHeaderKind.Checksum, Kind(changed));
        }
    }

    // RFC 3720 appendix B.4 gives these.
    [Fact]
    public void The_checksum_is_CRC32c()
    {
        Assert.Equal(0x8A9136AAu, ProxyHeaderV2.ChecksumOf(new byte[32], 100));
        Assert.Equal(0x62A8AB43u, ProxyHeaderV2.ChecksumOf([.. Enumerable.Repeat((byte)0xFF, 32)], 100));
        Assert.Equal(0x46DD794Eu, ProxyHeaderV2.ChecksumOf([.. Enumerable.Range(0, 32).Select(i => (byte)i)], 100));
    }

    [Fact]
    public void Whatever_comes_is_read_without_failing_and_never_beyond_its_end()
    {
        var random = new Random(11);
        var whole = Whole().ToArray();
        for (var i = 0; i < 200_000; i++)
        {
            byte[] bytes = [.. whole[random.Next(whole.Length)]];
            for (var change = random.Next(4); change > 0; change--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            bytes = bytes[..random.Next(bytes.Length + 1)];
            var header = ProxyHeaderReader.Read(bytes);
            Assert.InRange(header.Bytes, 0, bytes.Length);
            Assert.Equal(header.Kind is ProxyHeaderKind.Client or ProxyHeaderKind.Nameless or ProxyHeaderKind.Peer, header.Bytes > 0);
            Assert.Equal(header.Kind == ProxyHeaderKind.Client, header.Source is not null);
            // A decision does not change with what comes after.
            if (header.Kind != ProxyHeaderKind.Incomplete)
                Assert.Equal(header, ProxyHeaderReader.Read([.. bytes, .. "\r\nGET "u8]));
        }
    }

    private static ProxyHeaderKind Kind(byte[] bytes) => ProxyHeaderReader.Read(bytes).Kind;

    private static IEnumerable<byte[]> Whole() =>
    [
        ProxyHeaders.V1("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443"),
        ProxyHeaders.V1("PROXY TCP6 2001:db8::1 2001:db8::2 56324 443"),
        ProxyHeaders.V1("PROXY UNKNOWN"),
        ProxyHeaders.V2(0x20, 0x00, []),
        ProxyHeaders.V2(0x21, 0x11, ProxyHeaders.Addresses("192.0.2.1", "198.51.100.1")),
        ProxyHeaders.V2(0x21, 0x31, new byte[216]),
        ProxyHeaders.WithChecksum(0x21, [.. ProxyHeaders.Addresses("2001:db8::1", "2001:db8::2"), .. ProxyHeaders.Field(1, 9, 9)]),
    ];
}
