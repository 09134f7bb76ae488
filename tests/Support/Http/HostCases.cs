using static Weir.Support.Http.HttpCase;

namespace Weir.Support.Http;

/// <summary>Host is there once and is a name or address with an optional port (RFC 9112 section 3.2).</summary>
internal static class HostCases
{
    public static IReadOnlyList<HttpCase> All { get; } =
    [
        Forwarded("host: with a port", For("Host: site.test:8080"), sees: ["Host: site.test:8080\r\n"]),
        Forwarded("host: underscore", For("Host: my_site.test"), sees: ["Host: my_site.test\r\n"]),
        Forwarded("host: IPv4", For("Host: 192.0.2.1"), sees: ["Host: 192.0.2.1\r\n"]),
        Forwarded("host: IPv6 and port", For("Host: [2001:db8::1]:80"), sees: ["Host: [2001:db8::1]:80\r\n"]),
        Forwarded("host: dot at the end", For("Host: site.test."), sees: ["Host: site.test.\r\n"]),
        Forwarded("host: none in HTTP/1.0", Head("GET / HTTP/1.0")),
        Refused("host: none", 400, Head("GET / HTTP/1.1", "A: 1")),
        Refused("host: empty", 400, For("Host:")),
        Refused("host: empty in HTTP/1.0", 400, Head("GET / HTTP/1.0", "Host:")),
        Refused("host: two", 400, For("Host: site.test", "Host: other.test")),
        Refused("host: two equal", 400, For("Host: site.test", "Host: site.test")),
        Refused("host: two in a list", 400, For("Host: site.test, other.test")),
        Refused("host: comma without space", 400, For("Host: site.test,other.test")),
        Refused("host: user information", 400, For("Host: user@site.test")),
        Refused("host: inner space", 400, For("Host: site test")),
        Refused("host: path", 400, For("Host: site.test/a")),
        Refused("host: percent-encoding", 400, For("Host: site%2etest")),
        Refused("host: query", 400, For("Host: site.test?a")),
        Refused("host: backslash", 400, For("Host: site.test\\a")),
        Refused("host: bytes from 0x80", 400, For("Host: s\u00EFte.test")),
        Refused("host: empty label", 400, For("Host: site..test")),
        Refused("host: dot at the start", 400, For("Host: .site.test")),
        Refused("host: no name", 400, For("Host: :80")),
        Refused("host: port empty", 400, For("Host: site.test:")),
        Refused("host: port zero", 400, For("Host: site.test:0")),
        Refused("host: port out of range", 400, For("Host: site.test:65536")),
        Refused("host: port of many digits", 400, For("Host: site.test:000000080")),
        Refused("host: port with a sign", 400, For("Host: site.test:+80")),
        Refused("host: port no number", 400, For("Host: site.test:http")),
        Refused("host: two ports", 400, For("Host: site.test:80:81")),
        Refused("host: IPv6 not closed", 400, For("Host: [2001:db8::1")),
        Refused("host: IPv6 without brackets", 400, For("Host: 2001:db8::1")),
        Refused("host: no address in brackets", 400, For("Host: [::::1]")),
        Refused("host: IPv4 in brackets", 400, For("Host: [192.0.2.1]")),
        Refused("host: longer than names are", 400, For("Host: " + new string('a', 256))),
        Refused("host: space before the colon", 400, For("Host : site.test")),
        Refused("host: an asterisk", 400, For("Host: *")),
    ];

    private static string For(params string[] headers) => Head(["GET / HTTP/1.1", .. headers]);
}
