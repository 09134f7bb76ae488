using static Weir.Support.Http.HttpCase;

namespace Weir.Support.Http;

/// <summary>Bodies in chunks (RFC 9112 section 7.1).</summary>
internal static class ChunkCases
{
    private static readonly string Post = HttpCase.Post("Transfer-Encoding: chunked");

    public static IReadOnlyList<HttpCase> All { get; } =
    [
        Forwarded("chunks: none", Post + "0\r\n\r\n"),
        Forwarded("chunks: capitals and zeros", Post + "000A\r\n0123456789\r\n00\r\n\r\n", sees: ["0123456789"]),
        Forwarded("chunks: an extension is taken out", Post + "5;name=value\r\nhello\r\n0\r\n\r\n", sees: ["hello"], hides: ["name=value"]),
        Forwarded("chunks: a trailer stays one", Post + "5\r\nhello\r\n0\r\nX-Trailer: t\r\n\r\n", sees: ["hello", "0\r\nX-Trailer: t\r\n\r\n"]),
        Forwarded("chunks: a trailer cannot become a header", Post + "5\r\nhello\r\n0\r\nX-Forwarded-For: 1.2.3.4\r\nContent-Length: 5\r\n\r\n", sees: ["hello"], hides: ["1.2.3.4"]),
        CutOff("chunks: plus sign", Post + "+5\r\nhello\r\n0\r\n\r\n"),
        CutOff("chunks: minus sign", Post + "-5\r\nhello\r\n0\r\n\r\n"),
        CutOff("chunks: 0x", Post + "0x5\r\nhello\r\n0\r\n\r\n"),
        CutOff("chunks: space before the size", Post + " 5\r\nhello\r\n0\r\n\r\n"),
        CutOff("chunks: space after the size", Post + "5 \r\nhello\r\n0\r\n\r\n"),
        CutOff("chunks: no size", Post + "\r\nhello\r\n0\r\n\r\n"),
        CutOff("chunks: no hexadecimal digit", Post + "g\r\nhello\r\n0\r\n\r\n"),
        CutOff("chunks: a size of 32 bits and more", Post + "100000005\r\nhello\r\n0\r\n\r\n"),
        CutOff("chunks: a size of 17 digits", Post + "10000000000000005\r\nhello\r\n0\r\n\r\n"),
        CutOff("chunks: bare LF after the size", Post + "5\nhello\r\n0\r\n\r\n"),
        CutOff("chunks: bare CR after the size", Post + "5\rhello\r\n0\r\n\r\n"),
        CutOff("chunks: bare LF in an extension", Post + "5;a\nhello\r\n0\r\n\r\n"),
        CutOff("chunks: bare CR in an extension", Post + "5;a\rb\r\nhello\r\n0\r\n\r\n"),
        CutOff("chunks: bare LF after the chunk", Post + "5\r\nhello\n0\r\n\r\n"),
        CutOff("chunks: more than its size", Post + "5\r\nhello!!\r\n0\r\n\r\n"),
        CutOff("chunks: bare LF in a trailer", Post + "0\r\nX-Trailer: t\n\r\n"),
        CutOff("chunks: space before a trailer's colon", Post + "0\r\nX-Trailer : t\r\n\r\n"),
        CutOff("chunks: more trailers than headers may be", Post + "0\r\n" + string.Concat(Enumerable.Range(0, 200).Select(i => $"T-{i}: t\r\n")) + "\r\n"),
        CutOff("chunks: a trailer longer than headers may be", Post + "0\r\nT: " + new string('t', 70_000) + "\r\n\r\n"),
    ];
}
