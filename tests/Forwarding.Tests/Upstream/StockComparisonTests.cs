using Weir.Forwarding.Tests.Buffering;

namespace Weir.Forwarding.Tests.Upstream;

/// <summary>The same route, request and server with our forwarder and with YARP's: the same headers arrive, both ways.</summary>
public sealed class StockComparisonTests
{
    private const string Answer =
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: text/plain\r\nR: 1\r\nR: 2\r\nS: 3\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nServer: Apache\r\n"
        + "Date: Mon, 01 Jan 2024 00:00:00 GMT\r\nETag: \"e\"\r\nVary: A\r\nVary: B\r\nLast-Modified: x\r\nCache-Control: no-cache\r\nCache-Control: private\r\n"
        + "Accept-Ranges: bytes\r\nContent-Encoding: br\r\nLocation: /x\r\n\r\nok";

    public static TheoryData<string> Transforms => new(
        "",
        "RequestHeaderOriginalHost=true",
        "PathPrefix=/pre",
        "PathRemovePrefix=/p",
        "PathSet=/set",
        "PathPattern=/pattern/{**any}",
        "QueryValueParameter=q;Set=a b&c",
        "QueryValueParameter=x;Append=2",
        "QueryRouteParameter=q;Set=any",
        "QueryRemoveParameter=x",
        "RequestHeader=A;Set=new",
        "RequestHeader=A;Append=new",
        "RequestHeader=New;Set=new",
        "RequestHeader=Content-Type;Set=text/html",
        "RequestHeaderRemove=A",
        "RequestHeaderRemove=Content-Type",
        "RequestHeadersAllowed=A#B",
        "RequestHeadersCopy=false",
        "RequestHeaderRouteValue=New;Set=any",
        "RequestHeadersCopy=false|RequestHeader=A;Set=new|RequestHeaderOriginalHost=true",
        "ResponseHeader=R;Set=new;When=Always",
        "ResponseHeader=R;Append=new",
        "ResponseHeader=New;Set=new",
        "ResponseHeader=Content-Type;Set=text/html",
        "ResponseHeaderRemove=R;When=Always",
        "ResponseHeadersAllowed=R",
        "ResponseHeadersCopy=false",
        "X-Forwarded=Set",
        "X-Forwarded=Append",
        "X-Forwarded=Remove",
        "X-Forwarded=Off",
        "X-Forwarded=Set;For=Append;Host=Remove;Proto=Off;Prefix=Append",
        "X-Forwarded=Append;HeaderPrefix=Y-Fwd-",
        "Forwarded=by,host,for,proto;ByFormat=Ip;ForFormat=IpAndPort;Action=Append",
        "Forwarded=proto;Action=Set",
        "ClientCert=X-Cert",
        "HttpMethodChange=POST;Set=PUT",
        "PathPrefix=/pre|QueryRemoveParameter=x|RequestHeader=A;Set=1|X-Forwarded=Append");

    [Theory]
    [MemberData(nameof(Transforms))]
    public async Task A_transform_has_the_same_outcome_as_with_yarps_forwarder(string transforms)
    {
        foreach (var request in new[]
        {
            "POST /p/a%20b?x=1&y=%26 HTTP/1.1\r\nContent-Type: text/plain\r\nContent-Language: en\r\nContent-Length: 5\r\n{0}\r\n\r\nhello",
            "GET /p/caf%C3%A9?x=1 HTTP/1.1\r\nAccept-Encoding: gzip\r\n{0}\r\n\r\n",
            "GET /p/%2541?z HTTP/1.1\r\nContent-Type: text/plain\r\nIf-None-Match: \"a\", \"b\"\r\n{0}\r\n\r\n",
            "DELETE /p HTTP/1.1\r\n{0}\r\n\r\n",
        })
        {
            // .NET's client sends no header with such a value.
            if (request.Contains("caf", StringComparison.Ordinal) && transforms.Contains("RouteValue", StringComparison.Ordinal))
                continue;
            var raw = string.Format(
                request,
                "Host: site.example\r\nX-Forwarded-For: 9.9.9.9\r\nX-Forwarded-Host: h\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Prefix: /old\r\nForwarded: for=1.1.1.1\r\n"
                + "A: 1\r\nA: 2\r\nB: 3\r\nX-Cert: evil\r\nCookie: c=1; d=2\r\nUser-Agent: odd (agent; )x/\r\nAuthorization: Basic eDp5\r\nY-Fwd-For: z");
            Assert.Equal(await SeenAsync(transforms, raw, isStock: true), await SeenAsync(transforms, raw, isStock: false));
        }
    }

    /// <summary>What the server and the client saw, in a normal form.</summary>
    private static async Task<string> SeenAsync(string transforms, string raw, bool isStock)
    {
        await using var server = RecordingServer.Answering(Answer);
        await using var gateway = await TestGateway.StartAsync(
            [server.Url],
            forwarding: o => o.UseStockForwarder = isStock,
            route: r => r with { Transforms = [.. transforms.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(TransformPlansTests.Parse)] },
            first: PeerKey.Use);
        await using var client = await RawClient.ConnectAsync(gateway.Url);
        await client.SendAsync(raw);
        var (head, body) = await client.ReadAnswerAsync();
        Assert.Equal(2, body.Length);
        var received = server.Only;
        // Several lines of one name and one line with their values mean the same (RFC 9110 section 5.3).
        var there = received.Headers.Select(h => h.Name.ToUpperInvariant()).Distinct().Order(StringComparer.Ordinal).Select(n => $"{n}: {received[n]}")
            // The framing may differ: the body counts, and RequestTests have the rest.
            .Where(h => !h.StartsWith("CONTENT-LENGTH: ", StringComparison.Ordinal) && !h.StartsWith("TRANSFER-ENCODING: ", StringComparison.Ordinal));
        var back = head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries)
            // Where a transform drops the server's date the gateway says its own.
            .Select(l => l.StartsWith("Date: ", StringComparison.Ordinal) && !Answer.Contains(l, StringComparison.Ordinal) ? "Date: now" : l)
            .Order(StringComparer.Ordinal);
        var text = $"{received.Line}\n{string.Join('\n', there)}\n{received.BodyText}\n---\n{string.Join('\n', back)}";
        return System.Text.RegularExpressions.Regex.Replace(text.Replace(server.Authority, "server", StringComparison.Ordinal), @"127\.0\.0\.1:\d+", "peer", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(5));
    }
}
