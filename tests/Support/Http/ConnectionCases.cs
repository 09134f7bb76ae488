using static Weir.Support.Http.HttpCase;

namespace Weir.Support.Http;

/// <summary>What belongs to the connection with the client (RFC 9110 section 7.6.1) and upgrades (section 7.8).</summary>
internal static class ConnectionCases
{
    private const string Key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";

    public static IReadOnlyList<HttpCase> All { get; } =
    [
        Forwarded("connection: keep-alive", Get("Connection: keep-alive", "Keep-Alive: timeout=5"), hides: ["Keep-Alive:"]),
        Forwarded("connection: close", Get("Connection: close")),
        Forwarded("connection: a named header goes", Get("Connection: close, X-Secret", "X-Secret: 1", "A: 1"), sees: ["A: 1\r\n"], hides: ["X-Secret"]),
        Forwarded("connection: named in a second header, in other case", Get("Connection: keep-alive", "Connection: x-SECRET", "X-Secret: 1"), hides: ["X-Secret"]),
        Forwarded("connection: named beside Upgrade", Get("Connection: Upgrade, X-Secret", "X-Secret: 1"), hides: ["X-Secret"]),
        Forwarded("connection: named after TE, the words in capitals", Get("Connection: TE,CLOSE,\tX-Secret", "TE: deflate", "X-Secret: 1"), hides: ["X-Secret", "TE:"]),
        Forwarded("connection: names that are not there", Get("Connection: A, , B")),
        Forwarded("connection: names that are no names", Get("Connection: a b, \"c\", ;"), hides: ["\"c\""]),
        Forwarded("connection: cannot take Host", Get("Connection: close, Host"), sees: ["Host: site.test\r\n"]),
        Forwarded("connection: cannot take the length", Post("Connection: Content-Length", "Content-Length: 5") + "hello", sees: ["Content-Length: 5\r\n", "hello"]),
        Forwarded("connection: cannot take the coding", Post("Connection: Transfer-Encoding", "Transfer-Encoding: chunked") + "5\r\nhello\r\n0\r\n\r\n", sees: ["hello"]),
        Forwarded("connection: cannot take credentials", Get("Connection: Authorization, Cookie", "Authorization: Basic eA==", "Cookie: a=b"),
            sees: ["Authorization: Basic eA==\r\n", "Cookie: a=b\r\n"]),
        Forwarded("connection: cannot take what a proxy in front says", Get("Connection: X-Real-IP, True-Client-IP", "X-Real-IP: 192.0.2.9", "True-Client-IP: 192.0.2.8"),
            sees: ["X-Real-IP: 192.0.2.9\r\n", "True-Client-IP: 192.0.2.8\r\n"]),
        Refused("connection: too many names", 400, Get("Connection: " + string.Join(",", Enumerable.Range(0, 17).Select(i => $"H{i}")))),
        Refused("connection: too many names in many headers", 400, Get([.. Enumerable.Range(0, 17).Select(i => $"Connection: H{i}")])),
        Forwarded("connection: Proxy-Connection", Get("Proxy-Connection: keep-alive"), hides: ["Proxy-Connection"]),
        Forwarded("upgrade: h2c", Get("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"), hides: ["h2c", "HTTP2-Settings", "Upgrade:"]),
        Forwarded("upgrade: h2c without Connection", Get("Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"), hides: ["h2c", "HTTP2-Settings", "Upgrade:"]),
        Forwarded("upgrade: h2c with a body", Post("Connection: Upgrade", "Upgrade: h2c", "Content-Length: 5") + "hello", sees: ["hello"], hides: ["h2c", "Upgrade:"]),
        Forwarded("upgrade: TLS", Get("Connection: Upgrade", "Upgrade: TLS/1.0"), hides: ["TLS/1.0", "Upgrade:"]),
        Forwarded("upgrade: h2c before websocket", Get("Connection: Upgrade", "Upgrade: h2c, websocket", Key), hides: ["h2c"]),
        Forwarded("upgrade: websocket", Get("Connection: keep-alive, Upgrade", "Upgrade: WebSocket", "Sec-WebSocket-Version: 13", Key),
            sees: ["Upgrade: websocket\r\n", "Connection: Upgrade\r\n", "Sec-WebSocket-Version: 13\r\n"]),
        Forwarded("upgrade: websocket without Connection", Get("Upgrade: websocket", Key), hides: ["Upgrade:"]),
        Forwarded("upgrade: websocket with a body", Post("Connection: Upgrade", "Upgrade: websocket", "Content-Length: 5") + "hello", sees: ["hello"], hides: ["Upgrade:"]),
        Forwarded("upgrade: websocket in HTTP/1.0", Head("GET / HTTP/1.0", "Host: site.test", "Connection: Upgrade", "Upgrade: websocket", Key), hides: ["Upgrade:"]),
    ];
}
