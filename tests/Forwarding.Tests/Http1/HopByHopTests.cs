using System.Text;
using Microsoft.AspNetCore.Http;
using Weir.Forwarding.Http1;

namespace Weir.Forwarding.Tests.Http1;

public sealed class HopByHopTests
{
    [Theory]
    [InlineData("Connection")]
    [InlineData("KEEP-ALIVE")]
    [InlineData("proxy-connection")]
    [InlineData("Proxy-Authorization")]
    [InlineData("Proxy-Authenticate")]
    [InlineData("TE")]
    [InlineData("Trailer")]
    [InlineData("Transfer-Encoding")]
    [InlineData("Upgrade")]
    [InlineData("Expect")]
    [InlineData("Host")]
    [InlineData("Content-Length")]
    [InlineData("HTTP2-Settings")]
    [InlineData("Proxy")]
    public void These_request_headers_end_here(string name) => Assert.True(HopByHop.SkipsRequest(name));

    [Theory]
    [InlineData("Cookie")]
    [InlineData("Authorization")]
    [InlineData("Content-Type")]
    [InlineData("X")]
    [InlineData("Sec-WebSocket-Key")]
    [InlineData("Transfer-Encodinf")]
    public void Others_go_on(string name) => Assert.False(HopByHop.SkipsRequest(name));

    [Theory]
    [InlineData("Keep-Alive", ResponseHeaderKind.Hop)]
    [InlineData("close", ResponseHeaderKind.Hop)]
    [InlineData("Proxy-Connection", ResponseHeaderKind.Hop)]
    [InlineData("PROXY-AUTHENTICATE", ResponseHeaderKind.Hop)]
    [InlineData("Proxy-Authentication-Info", ResponseHeaderKind.Hop)]
    [InlineData("Alt-Svc", ResponseHeaderKind.Hop)]
    [InlineData("connection", ResponseHeaderKind.Connection)]
    [InlineData("content-length", ResponseHeaderKind.ContentLength)]
    [InlineData("Transfer-encoding", ResponseHeaderKind.TransferEncoding)]
    [InlineData("upgrade", ResponseHeaderKind.Upgrade)]
    [InlineData("set-cookie", ResponseHeaderKind.SetCookie)]
    [InlineData("Set-Cookif", ResponseHeaderKind.Other)]
    [InlineData("Location", ResponseHeaderKind.Other)]
    internal void Response_headers_are_told_by_name_in_any_case(string name, ResponseHeaderKind kind) =>
        Assert.Equal(kind, HopByHop.Of(Encoding.Latin1.GetBytes(name)));

    [Theory]
    [InlineData("close", "")]
    [InlineData("keep-alive, Upgrade", "")]
    [InlineData("X-One", "X-One")]
    [InlineData("close, x-one ,, X-TWO", "X-One X-Two")]
    [InlineData("Host, Content-Length, Transfer-Encoding, Upgrade, Connection", "")]
    public void What_the_clients_connection_names_is_removed_but_never_what_frames_or_routes(string connection, string removed)
    {
        string[] all = ["X-One", "X-Two", "Host", "Content-Length", "Transfer-Encoding", "Upgrade"];
        var headers = new HeaderDictionary { ["Connection"] = connection };
        foreach (var name in all)
            headers[name] = "1";
        HopByHop.RemoveNamed(headers);
        Assert.Equal(removed, string.Join(' ', all.Where(n => !headers.ContainsKey(n))));
    }
}
