using System.Text;
using Weir.Forwarding.Http1;

namespace Weir.Forwarding.Tests.Http1;

public sealed class ResponseHeadParserTests
{
    public static TheoryData<string> ValidHeads => new(
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.0 404 Not Found\r\nDate: x\r\n\r\n",
        "HTTP/1.1 200\r\nA: b\r\n\r\n",
        "HTTP/1.1 200 \r\nA: b\r\n\r\n",
        "HTTP/1.1 999 A long\treason with (signs) \u00e9\r\nContent-Length: 5\r\nX-Empty:\r\nX-Blank: \t \r\nSet-Cookie: a=b; c\r\nSet-Cookie: d\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n",
        "HTTP/1.1 200 OK\r\n!#$%&'*+-.^_`|~09azAZ: \"quoted\\\"\"\r\n\r\n");

    public static TheoryData<string, string> BrokenHeads => new()
    {
        { "HTTP/1.1 200 OK\nA: b\n\n", "LineEnd" },
        { "HTTP/1.1 200 OK\r\nA: b\nB: c\r\n\r\n", "LineEnd" },
        { "HTTP/1.1 200 OK\r\nA: b\rB: c\r\n\r\n", "LineEnd" },
        { "HTTP/1.1 200 OK\r\nA: b\r\rB: c\r\n\r\n", "LineEnd" },
        { "HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n", "HeaderValue" },
        { "HTTP/1.1 200 OK\r\nA: b\u0001c\r\n\r\n", "HeaderValue" },
        { "HTTP/1.1 200 OK\r\nA: b\u007fc\r\n\r\n", "HeaderValue" },
        { "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", "FoldedHeader" },
        { "HTTP/1.1 200 OK\r\nA: b\r\n\tc: d\r\n\r\n", "FoldedHeader" },
        { "HTTP/1.1 200 OK\r\n A: b\r\n\r\n", "FoldedHeader" },
        { "HTTP/1.1 200 OK\r\nA : b\r\n\r\n", "HeaderName" },
        { "HTTP/1.1 200 OK\r\nA\t: b\r\n\r\n", "HeaderName" },
        { "HTTP/1.1 200 OK\r\n: b\r\n\r\n", "HeaderName" },
        { "HTTP/1.1 200 OK\r\nNoColon\r\n\r\n", "HeaderName" },
        { "HTTP/1.1 200 OK\r\nA(b): c\r\n\r\n", "HeaderName" },
        { "HTTP/1.1 200 OK\r\n\u00e9: c\r\n\r\n", "HeaderName" },
        { "HTTP/1.1 99 Low\r\n\r\n", "StatusLine" },
        { "HTTP/1.1 099 Low\r\n\r\n", "StatusLine" },
        { "HTTP/1.1 1000 High\r\n\r\n", "StatusLine" },
        { "HTTP/1.1 20x OK\r\n\r\n", "StatusLine" },
        { "HTTP/1.1  200 OK\r\n\r\n", "StatusLine" },
        { "HTTP/1.1 200OK\r\n\r\n", "StatusLine" },
        { "HTTP/1.1\t200 OK\r\n\r\n", "StatusLine" },
        { "HTTP/1.1 -20 OK\r\n\r\n", "StatusLine" },
        { "HTTP/1.2 200 OK\r\n\r\n", "StatusLine" },
        { "HTTP/2.0 200 OK\r\n\r\n", "StatusLine" },
        { "HTTP/1.1\r\n\r\n", "StatusLine" },
        { "http/1.1 200 OK\r\n\r\n", "StatusLine" },
        { "ICY 200 OK\r\n\r\n", "StatusLine" },
        { " HTTP/1.1 200 OK\r\n\r\n", "StatusLine" },
        { "\r\nHTTP/1.1 200 OK\r\n\r\n", "StatusLine" },
        { "\r\n\r\n", "StatusLine" },
        { "<html>\r\n\r\n", "StatusLine" },
    };

    [Theory]
    [MemberData(nameof(ValidHeads))]
    public void A_valid_head_reads_the_same_wherever_it_is_split(string head)
    {
        var bytes = Encoding.Latin1.GetBytes(head + "body\r\n\r\n");
        var length = Encoding.Latin1.GetByteCount(head);
        for (var received = 0; received < length; received++)
        {
            var part = HeadRecord.Read(bytes.AsSpan(0, received));
            Assert.Equal((HeadStatus.NeedMore, ResponseFault.None, 0), (part.Status, part.Fault, part.Length));
            Assert.Equal(new HeadRecord().All, part.Record.All);
        }

        for (var received = length; received <= bytes.Length; received++)
        {
            var whole = HeadRecord.Read(bytes.AsSpan(0, received));
            Assert.Equal((HeadStatus.Complete, ResponseFault.None, length), (whole.Status, whole.Fault, whole.Length));
            Assert.Equal(HeadRecord.Read(bytes).Record.All, whole.Record.All);
        }
    }

    [Theory]
    [MemberData(nameof(BrokenHeads))]
    public void A_broken_head_is_refused_with_its_reason_and_no_prefix_of_it_is_taken(string head, string fault)
    {
        var bytes = Encoding.Latin1.GetBytes(head);
        var refused = false;
        for (var received = 0; received <= bytes.Length; received++)
        {
            var status = HeadRecord.Read(bytes.AsSpan(0, received)).Status;
            Assert.NotEqual(HeadStatus.Complete, status);
            Assert.False(refused && status != HeadStatus.Invalid, "What is broken stays broken.");
            refused = status == HeadStatus.Invalid;
        }

        var whole = HeadRecord.Read(bytes);
        Assert.Equal((HeadStatus.Invalid, fault), (whole.Status, whole.Fault.ToString()));
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH", "StatusLine")]
    [InlineData("HTTQ", "StatusLine")]
    [InlineData("HTTP/1.1 200 OK\n", "LineEnd")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\rc", "LineEnd")]
    [InlineData("HTTP/1.1 200 OK\r\nA: \u0001", "HeaderValue")]
    public void What_no_further_byte_can_mend_is_refused_before_the_head_is_whole(string start, string fault)
    {
        var read = HeadRecord.Read(Encoding.Latin1.GetBytes(start));
        Assert.Equal((HeadStatus.Invalid, fault), (read.Status, read.Fault.ToString()));
    }

    [Fact]
    public void Values_lose_the_white_space_around_them_and_keep_every_other_byte()
    {
        var inner = string.Concat(Enumerable.Range(0, 256).Where(b => b is >= 33 and not 127 or ' ' or '\t').Select(b => (char)b));
        var read = HeadRecord.Read(Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nA: \t a b \t\r\nB:c\r\nC:!{inner}!\r\n\r\n"));
        Assert.Equal([("A", "a b"), ("B", "c"), ("C", $"!{inner}!")], read.Record.Headers);
    }

    [Fact]
    public void Lines_and_bytes_of_a_head_are_bounded()
    {
        Assert.Equal(HeadStatus.Complete, HeadRecord.Read(WithLines(ResponseHeadParser.MaxLines)).Status);
        Assert.Equal(ResponseFault.HeadTooLarge, HeadRecord.Read(WithLines(ResponseHeadParser.MaxLines + 1)).Fault);

        var just = WithLength(ResponseHeadParser.MaxBytes);
        Assert.Equal(HeadStatus.Complete, HeadRecord.Read(just).Status);
        Assert.Equal(HeadStatus.NeedMore, HeadRecord.Read(just.AsSpan(0, just.Length - 1)).Status);
        var over = WithLength(ResponseHeadParser.MaxBytes + 1);
        Assert.Equal(ResponseFault.HeadTooLarge, HeadRecord.Read(over).Fault);
        Assert.Equal(ResponseFault.HeadTooLarge, HeadRecord.Read(over.AsSpan(0, ResponseHeadParser.MaxBytes)).Fault);

        static byte[] WithLines(int lines) =>
            Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\n{string.Concat(Enumerable.Repeat("A: b\r\n", lines))}\r\n");

        static byte[] WithLength(int bytes)
        {
            var head = "HTTP/1.1 200 OK\r\nA: \r\n\r\n";
            return Encoding.Latin1.GetBytes(head.Insert(20, new string('x', bytes - head.Length)));
        }
    }
}
