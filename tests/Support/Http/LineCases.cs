using static Weir.Support.Http.HttpCase;

namespace Weir.Support.Http;

/// <summary>Lines, and what ends them (RFC 9112 sections 2.2 and 5).</summary>
internal static class LineCases
{
    private const string Line = "GET / HTTP/1.1\r\nHost: site.test\r\n";

    public static IReadOnlyList<HttpCase> All { get; } =
    [
        Forwarded("line: an empty one before the request", "\r\n" + Get()),
        Forwarded("line: several spaces before the version", Head("GET /   HTTP/1.1", "Host: site.test"), sees: ["GET / HTTP/1.1\r\n"]),
        Refused("line: bare LF everywhere", 400, "GET / HTTP/1.1\nHost: site.test\n\n"),
        Refused("line: bare LF after the request line", 400, "GET / HTTP/1.1\nHost: site.test\r\n\r\n"),
        Refused("line: bare LF after a header", 400, Line + "A: 1\nB: 2\r\n\r\n"),
        Refused("line: bare LF hides a length", 400, "POST / HTTP/1.1\r\nHost: site.test\r\nA: 1\nContent-Length: 5\r\n\r\nhello"),
        Refused("line: bare LF as the empty line", 400, Line + "\n"),
        Refused("line: bare CR in a value", 400, Line + "A: 1\rB: 2\r\n\r\n"),
        Refused("line: bare CR in the target", 400, "GET /a\rb HTTP/1.1\r\nHost: site.test\r\n\r\n"),
        Refused("line: CR CR LF after a header", 400, Line + "A: 1\r\r\n\r\n"),
        Refused("line: NUL in a value", 400, Line + "A: 1\02\r\n\r\n"),
        Refused("line: NUL in a name", 400, Line + "A\0: 1\r\n\r\n"),
        Refused("line: NUL in the target", 400, "GET /a\0b HTTP/1.1\r\nHost: site.test\r\n\r\n"),
        Refused("line: a folded value", 400, Line + "A: 1\r\n 2\r\n\r\n"),
        Refused("line: a folded first header", 400, "GET / HTTP/1.1\r\n Host: site.test\r\n\r\n"),
        Refused("line: space before a colon", 400, Line + "A : 1\r\n\r\n"),
        Refused("line: tab before a colon", 400, Line + "A\t: 1\r\n\r\n"),
        Refused("line: no name", 400, Line + ": 1\r\n\r\n"),
        Refused("line: no colon", 400, Line + "A\r\n\r\n"),
        Refused("line: no version", 400, "GET /\r\nHost: site.test\r\n\r\n"),
        Refused("line: HTTP/2.0", 505, Head("GET / HTTP/2.0", "Host: site.test")),
        Refused("line: HTTP/1.2", 505, Head("GET / HTTP/1.2", "Host: site.test")),
        Refused("line: HTTP/01.1", 400, Head("GET / HTTP/01.1", "Host: site.test")),
        Refused("line: lower-case version", 505, Head("GET / http/1.1", "Host: site.test")),
        Refused("line: two spaces after the method", 400, Head("GET  / HTTP/1.1", "Host: site.test")),
        Refused("line: tab after the method", 400, Head("GET\t/ HTTP/1.1", "Host: site.test")),
        Refused("line: space before the method", 400, Head(" GET / HTTP/1.1", "Host: site.test")),
        Refused("line: space in the target", 400, Head("GET /a b HTTP/1.1", "Host: site.test")),
        Refused("line: space after the version", 400, Head("GET / HTTP/1.1 ", "Host: site.test")),
        Refused("line: TLS to the plain port", 400, "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\n"),
        Refused("line: too long a target", 414, Head("GET /" + new string('a', 9000) + " HTTP/1.1", "Host: site.test")),
        Refused("line: too many headers", 431, Get([.. Enumerable.Range(0, 101).Select(i => $"H-{i}: 1")])),
        Refused("line: too long headers", 431, Get("H: " + new string('a', 33_000))),
    ];
}
