using System.Buffers;
using System.Text;
using Weir.Stores.Memcached;

namespace Weir.Stores.Tests.Memcached;

/// <summary>Replies out of bytes that come in any pieces, and bytes that are none.</summary>
public sealed class MemcachedReplyReaderTests
{
    private const string Stream =
        "VA 5 f7 O1\r\nhello\r\nEN\r\nHD O2\r\nNF O3\r\nNS O4\r\nEX\r\nMN\r\nVA 0 O5\r\n\r\nME k exp=-1 la=2\r\nVERSION 1.6.18\r\nERROR\r\nSERVER_ERROR no\r\nVA 4 f1 O6\r\n\r\n\r\n\r\n";

    [Fact]
    public void Replies_are_read_whatever_the_pieces_are()
    {
        var whole = Read(Stream, Stream.Length);
        Assert.Equal(13, whole.Count);
        Assert.Equal((MemcachedReplyKind.Value, 7u, 1u, "hello"), (whole[0].Kind, whole[0].Flags, whole[0].Opaque!.Value, Encoding.ASCII.GetString(whole[0].Value)));
        Assert.Equal((MemcachedReplyKind.Description, "k exp=-1 la=2"), (whole[8].Kind, whole[8].Text));
        Assert.Equal("\r\n\r\n", Encoding.ASCII.GetString(whole[12].Value));
        for (var size = 1; size < 40; size++)
            Assert.Equal(whole.Select(Text), Read(Stream, size).Select(Text));
    }

    [Fact]
    public void Damaged_streams_are_refused_or_read_and_never_crash()
    {
        var random = new Random(5);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = Encoding.ASCII.GetBytes(Stream);
            for (var n = random.Next(1, 5); n > 0; n--)
                bytes[random.Next(bytes.Length)] = random.Next(3) == 0 ? (byte)"\r\n VAHD09"[random.Next(9)] : (byte)random.Next(256);
            try
            {
                Read(Encoding.Latin1.GetString(bytes), random.Next(1, 50));
            }
            catch (MemcachedException e)
            {
                Assert.Equal(MemcachedFault.Malformed, e.Fault);
            }
        }
    }

    [Fact]
    public void A_line_without_end_is_refused()
    {
        var reader = new MemcachedReplyReader(100);
        var buffer = new ReadOnlySequence<byte>(new byte[MemcachedReplyReader.MaxLineBytes + 1]);
        Assert.Throws<MemcachedException>(() => reader.TryRead(ref buffer, out _));
    }

    private static string Text(MemcachedReply reply) => $"{reply.Kind} {reply.Flags} {reply.Opaque} {reply.Text} {Convert.ToHexString(reply.Value)}";

    // What is not taken comes again with the next piece, as a pipe does it.
    private static List<MemcachedReply> Read(string stream, int size)
    {
        var reader = new MemcachedReplyReader(1000);
        var (replies, rest) = (new List<MemcachedReply>(), Array.Empty<byte>());
        foreach (var piece in Encoding.Latin1.GetBytes(stream).Chunk(size))
        {
            var buffer = new ReadOnlySequence<byte>((byte[])[.. rest, .. piece]);
            while (reader.TryRead(ref buffer, out var reply))
                replies.Add(reply);
            rest = buffer.ToArray();
        }

        return replies;
    }
}
