using static Weir.Support.Http.HttpCase;

namespace Weir.Support.Http;

/// <summary>Request targets (RFC 9112 section 3.2). The stock forwarder writes a decoded path anew; what may differ is not pinned here.</summary>
internal static class TargetCases
{
    public static IReadOnlyList<HttpCase> All { get; } =
    [
        Forwarded("target: path and query", To("/a/b?c=d&e"), sees: ["GET /a/b?c=d&e HTTP/1.1\r\n"]),
        Forwarded("target: empty segments stay", To("//a//b"), sees: ["GET //a//b HTTP/1.1\r\n"]),
        Forwarded("target: a name after two slashes is a path", To("//evil.test/a"), sees: ["GET //evil.test/a HTTP/1.1\r\n", "Host: site.test\r\n"]),
        Forwarded("target: dot segments", To("/a/../b/./c"), sees: ["GET /b/c HTTP/1.1\r\n"], hides: [".."]),
        Forwarded("target: dot segments above the root", To("/../../etc/passwd"), sees: ["GET /etc/passwd HTTP/1.1\r\n"]),
        Forwarded("target: encoded dot segments", To("/a/%2e%2E/b"), sees: ["GET /b HTTP/1.1\r\n"]),
        Forwarded("target: dots encoded twice stay so", To("/a/%252e%252e/b"), sees: ["GET /a/%252e%252e/b HTTP/1.1\r\n"]),
        Forwarded("target: an encoded slash stays no slash", To("/a%2Fb"), hides: ["/a/b"]),
        Forwarded("target: an encoded slash after dots", To("/a/..%2F..%2Fb"), hides: ["GET /b ", "/../"]),
        Forwarded("target: an encoded backslash", To("/a%5C..%5Cb"), sees: ["GET /a%5C..%5Cb HTTP/1.1\r\n"]),
        Forwarded("target: UTF-8", To("/caf%C3%A9"), sees: ["GET /caf%C3%A9 HTTP/1.1\r\n"]),
        Forwarded("target: dots and percent signs in a query", To("/?p=/../%2e%2e%00%zz\\"), sees: ["?p=/../", "%00"]),
        Forwarded("target: absolute", To("http://site.test/a?b"), sees: ["GET /a?b HTTP/1.1\r\n", "Host: site.test\r\n"]),
        Forwarded("target: absolute without a path", To("http://site.test"), sees: ["GET / HTTP/1.1\r\n"]),
        Forwarded("target: absolute with dot segments", To("http://site.test/a/../b"), sees: ["GET /b HTTP/1.1\r\n"]),
        Answered("target: the asterisk", 200, Head("OPTIONS * HTTP/1.1", "Host: site.test")),
        Refused("target: the asterisk with GET", 405, To("*")),
        Refused("target: encoded NUL", 400, To("/a%00b")),
        Refused("target: encoded line break", 400, To("/a%0d%0aX:%20y")),
        Refused("target: encoded DEL", 400, To("/a%7Fb")),
        Refused("target: percent sign alone", 400, To("/a%")),
        Refused("target: percent sign and no digits", 400, To("/a%zzb")),
        Refused("target: percent sign and u", 400, To("/a%u002fb")),
        Refused("target: raw UTF-8", 400, To("/caf\u00C3\u00A9")),
        Refused("target: raw UTF-8 in the query", 400, To("/?caf\u00C3\u00A9")),
        Refused("target: a control character", 400, To("/a\u0001b")),
        Refused("target: DEL", 400, To("/a\u007Fb")),
        Refused("target: tab", 400, To("/a\tb")),
        Refused("target: fragment", 400, To("/a#b")),
        Refused("target: fragment in the query", 400, To("/a?b#c")),
        Refused("target: backslash", 400, To("/a\\..\\b")),
        Refused("target: no slash", 400, To("a/b")),
        Refused("target: only a query", 400, To("?a")),
        Refused("target: another site than Host", 400, To("http://other.test/a")),
        Refused("target: another port than Host", 400, To("http://site.test:81/a")),
        Refused("target: user information", 400, To("http://user@site.test/a")),
        Refused("target: absolute with an encoded slash", 400, To("http://site.test/a%2F..%2Fb")),
        Refused("target: absolute with encoded dots", 400, To("http://site.test/%2e%2e/b")),
        Refused("target: absolute with encoded NUL", 400, To("http://site.test/a%00")),
        Refused("target: absolute with a backslash", 400, To("http://site.test\\a")),
        Refused("target: absolute of another scheme", 400, To("ftp://site.test/a")),
        Refused("target: absolute without Host in HTTP/1.0", 400, Head("GET http://site.test/a HTTP/1.0")),
        Refused("target: authority with GET", 405, Head("GET site.test:80 HTTP/1.1", "Host: site.test:80")),
    ];

    private static string To(string target) => Head($"GET {target} HTTP/1.1", "Host: site.test");
}
