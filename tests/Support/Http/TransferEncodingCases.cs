using static Weir.Support.Http.HttpCase;

namespace Weir.Support.Http;

/// <summary>Transfer-Encoding is one <c>chunked</c>, alone (RFC 9112 section 6.1).</summary>
internal static class TransferEncodingCases
{
    private const string Chunks = "5\r\nhello\r\n0\r\n\r\n";

    // What a server sees as a request of its own, should the two sides disagree about where the first one ends.
    private const string Smuggled = "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: site.test\r\n\r\n";

    public static IReadOnlyList<HttpCase> All { get; } =
    [
        Forwarded("coding: chunked", Post("Transfer-Encoding: chunked") + Chunks, sees: ["hello"]),
        Forwarded("coding: capitals", Post("Transfer-Encoding: CHUNKED") + Chunks, sees: ["hello"]),
        Forwarded("coding: space around", Post("Transfer-Encoding:  chunked \t") + Chunks, sees: ["hello"]),
        Refused("coding: chunked twice in a list", 400, Post("Transfer-Encoding: chunked, chunked") + Chunks),
        Refused("coding: chunked in two headers", 400, Post("Transfer-Encoding: chunked", "Transfer-Encoding: chunked") + Chunks),
        Refused("coding: gzip before chunked", 501, Post("Transfer-Encoding: gzip, chunked") + Chunks),
        Refused("coding: gzip and chunked in two headers", 501, Post("Transfer-Encoding: gzip", "Transfer-Encoding: chunked") + Chunks),
        Refused("coding: identity before chunked", 501, Post("Transfer-Encoding: identity, chunked") + Chunks),
        Refused("coding: identity alone", 400, Post("Transfer-Encoding: identity") + Chunks),
        Refused("coding: gzip alone", 400, Post("Transfer-Encoding: gzip") + Chunks),
        Refused("coding: chunked, then gzip", 400, Post("Transfer-Encoding: chunked, gzip") + Chunks),
        Refused("coding: chunked, then identity in another header", 400, Post("Transfer-Encoding: chunked", "Transfer-Encoding: identity") + Chunks),
        Refused("coding: a parameter", 400, Post("Transfer-Encoding: chunked;x") + Chunks),
        Refused("coding: a parameter before a second one", 400, Post("Transfer-Encoding: chunked;x=1, chunked") + Chunks),
        Refused("coding: quoted", 400, Post("Transfer-Encoding: \"chunked\"") + Chunks),
        Refused("coding: empty", 400, Post("Transfer-Encoding:") + Chunks),
        Refused("coding: an empty element before", 400, Post("Transfer-Encoding: , chunked") + Chunks),
        Refused("coding: an empty element after", 400, Post("Transfer-Encoding: chunked,") + Chunks),
        Refused("coding: a letter more", 400, Post("Transfer-Encoding: xchunked") + Chunks),
        Refused("coding: vertical tab before", 400, Post("Transfer-Encoding: \vchunked") + Chunks),
        Refused("coding: no-break space before", 400, Post("Transfer-Encoding: \u00A0chunked") + Chunks),
        Refused("coding: space before the colon", 400, Post("Transfer-Encoding : chunked") + Chunks),
        Refused("coding: folded", 400, Post("Transfer-Encoding:", " chunked") + Chunks),
        Refused("coding: HTTP/1.0", 400, Head("POST / HTTP/1.0", "Host: site.test", "Transfer-Encoding: chunked") + Chunks),
        Refused("coding: HTTP/1.0 with keep-alive", 400,
            Head("POST / HTTP/1.0", "Host: site.test", "Connection: keep-alive", "Transfer-Encoding: chunked") + Chunks),
        Refused("coding: with a length", 400, Post("Transfer-Encoding: chunked", "Content-Length: 15") + Chunks),
        Refused("coding: with a length before it", 400, Post("Content-Length: 4", "Transfer-Encoding: chunked") + Smuggled),
        Refused("coding: with length zero", 400, Post("Content-Length: 0", "Transfer-Encoding: chunked") + Chunks),
        Refused("coding: with a length and keep-alive", 400, Post("Connection: keep-alive", "Content-Length: 6", "Transfer-Encoding: chunked") + Smuggled),
        Refused("coding: with a length and Connection: Upgrade", 400, Post("Connection: Upgrade", "Upgrade: websocket", "Content-Length: 6", "Transfer-Encoding: chunked") + Smuggled),
        Refused("coding: with the header that hides a length", 400, Post("X-Content-Length: 6", "Transfer-Encoding: chunked") + Smuggled),
        CutOff("coding: with a length and the header that hides one", Post("X-Content-Length: 6", "Content-Length: 6", "Transfer-Encoding: chunked") + Smuggled),
        Forwarded("coding: an underscore in the name", Post("Transfer_Encoding: chunked", "Content-Length: 15") + Chunks,
            sees: ["Content-Length: 15\r\n"], hides: ["Transfer_Encoding"]),
    ];
}
