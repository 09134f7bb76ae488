using System.Text;
using Weir.Forwarding.Http1;
using Weir.Forwarding.Upstream;

namespace Weir.Forwarding.Tests.Http1;

public sealed class ChunkedDecoderTests
{
    [Theory]
    [InlineData("0\r\n\r\n", "", "")]
    [InlineData("5\r\nhello\r\n0\r\n\r\n", "hello", "")]
    [InlineData("1\r\nh\r\n4\r\nello\r\n000\r\n\r\n", "hello", "")]
    [InlineData("a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n", "01234567890123456789", "")]
    [InlineData("000000000000005\r\nhello\r\n0\r\n\r\n", "hello", "")]
    [InlineData("5;name\r\nhello\r\n0;last=1\r\n\r\n", "hello", "")]
    [InlineData("5;a=\"x;\u00e9 y\";b\r\nhello\r\n0\r\n\r\n", "hello", "")]
    [InlineData("5;a=\"x\\\"\\\\\"\r\nhello\r\n0\r\n\r\n", "hello", "")]
    [InlineData("2\r\n\r\n\r\n0\r\n\r\n", "\r\n", "")]
    [InlineData("0\r\nA: b\r\nC: d\r\n\r\n", "", "A: b\r\nC: d\r\n")]
    public void A_body_reads_the_same_wherever_it_is_split(string sent, string data, string trailers)
    {
        var bytes = Encoding.Latin1.GetBytes(sent + "next");
        for (var split = 1; split <= bytes.Length; split++)
        {
            var first = true;
            var record = ChunkRecord.Decode(bytes, () =>
            {
                var step = first ? split : bytes.Length;
                first = false;
                return step;
            });
            Assert.Equal((true, ResponseFault.None, sent.Length), (record.IsDone, record.Fault, record.Consumed));
            Assert.Equal((data, trailers), (Encoding.Latin1.GetString(record.Data), record.Trailers));
        }

        Assert.Equal(data, Encoding.Latin1.GetString(ChunkRecord.Decode(bytes, () => 1).Data));
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("0x5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("+5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("-5\r\nhello\r\n0\r\n\r\n")]
    [InlineData(" 5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5 \r\nhello\r\n0\r\n\r\n")]
    [InlineData("5 ;a\r\nhello\r\n0\r\n\r\n")]
    [InlineData("g\r\n")]
    [InlineData(";a\r\n")]
    [InlineData("5\nhello\r\n0\r\n\r\n")]
    [InlineData("5\rhello\r\n0\r\n\r\n")]
    [InlineData("5\r\nhello0\r\n\r\n")]
    [InlineData("5\r\nhello\n0\r\n\r\n")]
    [InlineData("5\r\nhello\r0\r\n\r\n")]
    [InlineData("5\r\nhelloo\r\n0\r\n\r\n")]
    [InlineData("5;a\nhello\r\n0\r\n\r\n")]
    [InlineData("5;a\0\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5;a=\"\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5;a=\"\\\"\r\nhello\r\n0\r\n\r\n")]
    [InlineData("0\r\n\rX")]
    [InlineData("0000000000000005\r\nhello\r\n0\r\n\r\n")]
    [InlineData("10000000000000005\r\nhello\r\n0\r\n\r\n")]
    [InlineData("ffffffffffffffff\r\nhello\r\n0\r\n\r\n")]
    [InlineData("FFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n")]
    public void Whatever_breaks_the_format_is_refused_and_gives_no_more_than_was_right(string sent)
    {
        var bytes = Encoding.Latin1.GetBytes(sent);
        foreach (var step in new[] { 1, 2, bytes.Length })
        {
            var record = ChunkRecord.Decode(bytes, () => step);
            Assert.Equal((ResponseFault.Chunk, false), (record.Fault, record.IsDone));
            Assert.True(Encoding.Latin1.GetString(record.Data) is "" or "hello");
        }

        Assert.Null(AnswerBody.WholeLength(bytes));
    }

    [Theory]
    [InlineData("0\r\nA: b\nC: d\r\n\r\n")]
    [InlineData("0\r\nA: \0\r\n\r\n")]
    [InlineData("0\r\n\nA: b\r\n\r\n")]
    public void Trailers_with_control_bytes_are_refused(string sent) =>
        Assert.Equal(ResponseFault.Trailers, ChunkRecord.Decode(Encoding.Latin1.GetBytes(sent), () => 1).Fault);

    [Fact]
    public void Extensions_are_bounded_for_the_whole_body()
    {
        var just = Enumerable.Repeat($"1;{new string('x', 1024)}\r\na\r\n", ChunkedDecoder.MaxExtensionBytes / 1024);
        Assert.True(Decode(string.Concat(just) + "0\r\n\r\n").IsDone);
        Assert.Equal(ResponseFault.Chunk, Decode(string.Concat(just) + "0;x\r\n\r\n").Fault);
    }

    [Fact]
    public void Trailers_are_bounded()
    {
        var just = "A: " + new string('x', ChunkedDecoder.MaxTrailerBytes - 3);
        Assert.True(Decode($"0\r\n{just}\r\n\r\n").IsDone);
        Assert.Equal(ResponseFault.Trailers, Decode($"0\r\n{just}x\r\n\r\n").Fault);
    }

    [Fact]
    public void The_largest_chunk_is_counted_right()
    {
        var decoder = default(ChunkedDecoder);
        decoder.Read("fffffffffffffff\r\n"u8, out _, trailers: null);
        Assert.Equal((1L << 60) - 1, decoder.LeftInChunk);
        Assert.Equal(3, decoder.Read("abc"u8, out var consumed, trailers: null).Length);
        Assert.Equal((3, (1L << 60) - 4), (consumed, decoder.LeftInChunk));
    }

    [Theory]
    [InlineData("0\r\n\r\n", 0L)]
    [InlineData("5\r\nhello\r\n1;x\r\n!\r\n0\r\n\r\n", 6L)]
    [InlineData("", null)]
    [InlineData("5\r\nhel", null)]
    [InlineData("5\r\nhello\r\n0\r\n", null)]
    [InlineData("5\r\nhello\r\n0\r\n\r\nmore", null)]
    [InlineData("5\r\nhello\r\n0\r\nA: b\r\n\r\n", null)]
    public void A_body_that_lies_whole_in_the_buffer_without_trailers_has_a_length(string received, long? length) =>
        Assert.Equal(length, AnswerBody.WholeLength(Encoding.Latin1.GetBytes(received)));

    private static ChunkRecord Decode(string sent) => ChunkRecord.Decode(Encoding.Latin1.GetBytes(sent), () => int.MaxValue);
}
