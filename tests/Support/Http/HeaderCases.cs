using static Weir.Support.Http.HttpCase;

namespace Weir.Support.Http;

/// <summary>Names and values of headers (RFC 9110 section 5), and headers that servers fold or act upon.</summary>
internal static class HeaderCases
{
    public static IReadOnlyList<HttpCase> All { get; } =
    [
        Forwarded("header: bytes from 0x80", Get("X-Name: caf\u00E9 \u0080\u00FF"), sees: ["X-Name: caf\u00E9 \u0080\u00FF\r\n"]),
        Forwarded("header: UTF-8", Get("X-Name: caf\u00C3\u00A9"), sees: ["X-Name: caf\u00C3\u00A9\r\n"]),
        Forwarded("header: tab in a value", Get("X-Name: a\tb"), sees: ["X-Name: a\tb\r\n"]),
        Forwarded("header: empty value", Get("X-Name:"), sees: ["X-Name:"]),
        Forwarded("header: digits and capitals", Get("X-1A: b"), sees: ["X-1A: b\r\n"]),
        Forwarded("header: Proxy", Get("Proxy: http://evil.test", "A: 1"), sees: ["A: 1\r\n"], hides: ["evil.test"]),
        Forwarded("header: Proxy in capitals", Get("PROXY: http://evil.test"), hides: ["evil.test"]),
        Forwarded("header: underscore", Get("X_Real_IP: 1.2.3.4", "A: 1"), sees: ["A: 1\r\n"], hides: ["1.2.3.4"]),
        Forwarded("header: underscore twice", Get("X_Real_IP: 1.2.3.4", "x_real_ip: 1.2.3.5", "Y_: 1.2.3.6"), hides: ["1.2.3."]),
        Forwarded("header: underscore in Content-Length", Get("Content_Length: 5"), hides: ["Content_Length"]),
        Forwarded("header: dot", Get("X.Forwarded.For: 1.2.3.4"), hides: ["1.2.3.4"]),
        Forwarded("header: other token characters", Get("X!Forwarded#For: 1.2.3.4", "A*: 1.2.3.5"), hides: ["1.2.3."]),
        Forwarded("header: TE of trailers alone", Get("TE: trailers"), hides: ["chunked"]),
        Forwarded("header: TE of more", Get("TE: gzip;q=0.5, trailers"), hides: ["gzip"]),
        Forwarded("header: TE without trailers", Get("TE: deflate"), hides: ["TE:"]),
        Forwarded("header: TE in HTTP/1.0", Head("GET / HTTP/1.0", "Host: site.test", "TE: trailers"), hides: ["TE:"]),
        Forwarded("header: Expect 100-continue", Post("Content-Length: 5", "Expect: 100-continue") + "hello", sees: ["hello"]),
        Forwarded("header: Expect in HTTP/1.0", Head("POST / HTTP/1.0", "Host: site.test", "Content-Length: 5", "Expect: 100-continue") + "hello",
            sees: ["hello"], hides: ["Expect"]),
        Refused("header: Expect of another kind", 417, Get("Expect: 200-ok")),
        Refused("header: Expect twice", 417, Get("Expect: 100-continue", "Expect: 100-continue")),
        Refused("header: Expect empty", 417, Get("Expect:")),
        Refused("header: control character in a value", 400, Get("A: 1\u00012")),
        Refused("header: escape in a value", 400, Get("A: \u001B[31m")),
        Refused("header: DEL in a value", 400, Get("A: 1\u007F2")),
        Refused("header: parenthesis in a name", 400, Get("A(b): 1")),
        Refused("header: bracket in a name", 400, Get("A[0]: 1")),
        Refused("header: quote in a name", 400, Get("\"A\": 1")),
        Refused("header: slash in a name", 400, Get("A/b: 1")),
        Refused("header: bytes from 0x80 in a name", 400, Get("\u00C4: 1")),
        Refused("header: control character in a name", 400, Get("A\u0001: 1")),
    ];
}
