using System.Text;
using Weir.Forwarding.Http1;
using Weir.Forwarding.Upstream;

namespace Weir.Forwarding.Tests.Http1;

/// <summary>Mutated answers: the readers never throw, always get on, and say the same however the bytes arrive.</summary>
public sealed class ResponseFuzzTests
{
    private static readonly byte[][] Heads =
    [
        .. ResponseHeadParserTests.ValidHeads.Select(row => Encoding.Latin1.GetBytes((string)row.Data)),
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\nhello"u8.ToArray(),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: A\r\n\r\n5\r\nhello\r\n0\r\nA: b\r\n\r\n"u8.ToArray(),
    ];

    private static readonly byte[][] Bodies =
    [
        "0\r\n\r\n"u8.ToArray(), "5\r\nhello\r\n0\r\n\r\n"u8.ToArray(), "1;a=\"b\\\"\"\r\nx\r\n0a\r\n0123456789\r\n0;c\r\nA: b\r\nC: d\r\n\r\n"u8.ToArray(),
    ];

    [Fact]
    public void Heads_read_the_same_however_they_arrive_and_when_written_again()
    {
        var time = new FuzzTime();
        for (var seed = 0; seed < 1000 || time.IsLeft; seed++)
        {
            var random = new Random(seed);
            var bytes = Mutator.Mutate(Heads, random);
            var whole = HeadRecord.Read(bytes);
            var cut = random.Next(bytes.Length + 1);
            var part = HeadRecord.Read(bytes.AsSpan(0, cut));
            switch (whole.Status)
            {
                case HeadStatus.Complete:
                    Assert.True(part.Status == (cut < whole.Length ? HeadStatus.NeedMore : HeadStatus.Complete), $"seed {seed}, cut {cut}");
                    if (part.Status == HeadStatus.Complete)
                        Assert.Equal(whole.Record.All, part.Record.All);
                    AssertSafe(whole.Record, seed);
                    break;
                case HeadStatus.NeedMore:
                    Assert.True(part.Status == HeadStatus.NeedMore, $"seed {seed}, cut {cut}");
                    break;
                default:
                    Assert.True(part.Status != HeadStatus.Complete, $"seed {seed}, cut {cut}");
                    Assert.NotEqual(ResponseFault.None, whole.Fault);
                    break;
            }
        }
    }

    [Fact]
    public void Chunked_bodies_read_the_same_however_they_arrive_and_their_whole_length_is_that_of_their_data()
    {
        var time = new FuzzTime();
        for (var seed = 0; seed < 1000 || time.IsLeft; seed++)
        {
            var random = new Random(seed);
            var bytes = Mutator.Mutate(Bodies, random);
            var whole = ChunkRecord.Decode(bytes, () => int.MaxValue);
            var most = random.Next(1, 8);
            var parts = ChunkRecord.Decode(bytes, () => random.Next(1, most + 1));
            Assert.True(whole.All == parts.All, $"seed {seed}: {whole.All} and {parts.All}");

            var isAlone = whole.IsDone && whole.Consumed == bytes.Length && whole.Trailers.Length == 0;
            Assert.True(AnswerBody.WholeLength(bytes) == (isAlone ? whole.Data.Length : null), $"seed {seed}");
        }
    }

    /// <summary>What was taken can be written again without becoming something else, and frames its body in one way only.</summary>
    private static void AssertSafe(HeadRecord record, int seed)
    {
        var again = HeadRecord.Read(record.Written);
        Assert.True(again.Status == HeadStatus.Complete && again.Length == record.Written.Length, $"seed {seed}: {again.Fault}");
        Assert.Equal(record.All, again.Record.All);

        var framing = default(ResponseFraming);
        foreach (var (name, value) in record.Headers)
        {
            var kind = HopByHop.Of(Encoding.Latin1.GetBytes(name));
            if (kind == ResponseHeaderKind.ContentLength)
                framing.OnContentLength(Encoding.Latin1.GetBytes(value));
            else if (kind == ResponseHeaderKind.TransferEncoding)
                framing.OnTransferEncoding(Encoding.Latin1.GetBytes(value));
        }

        var body = framing.Resolve(record.Status, isHead: false, record.IsHttp10, out var length);
        if (framing.Fault != ResponseFault.None)
            return;
        var lengths = Values(record, "Content-Length");
        var codings = Values(record, "Transfer-Encoding");
        Assert.True(codings.Length == 0 || (lengths.Length == 0 && codings.Length == 1 && !record.IsHttp10), $"seed {seed}");
        Assert.True(lengths.Length == 0 || Array.TrueForAll(lengths, l => long.Parse(l) == long.Parse(lengths[0])), $"seed {seed}");
        Assert.True(body != BodyKind.Length || length == long.Parse(lengths[0]), $"seed {seed}");
    }

    private static string[] Values(HeadRecord record, string name) =>
        [.. record.Headers.Where(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value)];
}
