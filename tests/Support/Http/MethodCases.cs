using static Weir.Support.Http.HttpCase;

namespace Weir.Support.Http;

/// <summary>Methods (RFC 9110 section 9).</summary>
internal static class MethodCases
{
    public static IReadOnlyList<HttpCase> All { get; } =
    [
        Forwarded("method: HEAD", With("HEAD"), sees: ["HEAD / HTTP/1.1\r\n"]),
        Forwarded("method: DELETE", With("DELETE"), sees: ["DELETE / HTTP/1.1\r\n"]),
        Forwarded("method: WebDAV", With("PROPFIND"), sees: ["PROPFIND / HTTP/1.1\r\n"]),
        Forwarded("method: with a hyphen", With("VERSION-CONTROL"), sees: ["VERSION-CONTROL / HTTP/1.1\r\n"]),
        Refused("method: TRACE", 405, With("TRACE")),
        Refused("method: TRACK", 405, With("TRACK")),
        Refused("method: CONNECT", 405, Head("CONNECT site.test:443 HTTP/1.1", "Host: site.test:443")),
        Refused("method: CONNECT with a path", 405, With("CONNECT")),
        Refused("method: lower case", 400, With("get")),
        Refused("method: lower-case trace", 400, With("trace")),
        Refused("method: lower-case connect", 400, With("connect")),
        Refused("method: digits", 400, With("GET1")),
        Refused("method: token characters of no method", 400, With("GET!")),
        Refused("method: no token", 400, With("GE(T")),
        Refused("method: bytes from 0x80", 400, With("G\u00C9T")),
        Refused("method: very long", 501, With(new string('A', 40))),
        CutOff("method: the preface of HTTP/2", "PRI * HTTP/2.0\r\nHost: site.test\r\n\r\n"),
    ];

    private static string With(string method) => Head($"{method} / HTTP/1.1", "Host: site.test");
}
