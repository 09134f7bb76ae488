using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Weir.Forwarding.Tests.Buffering;
using Weir.Forwarding.Upstream;

namespace Weir.Forwarding.Tests.Upstream;

public sealed class RequestTargetTests
{
    [Theory]
    [InlineData("/", "/")]
    [InlineData("/a/b.c~d-e_f", "/a/b.c~d-e_f")]
    [InlineData("/a%20b", "/a%20b")]
    [InlineData("/caf%C3%A9", "/caf%C3%A9")]
    [InlineData("/%61dmin", "/admin")]
    [InlineData("/%2561dmin", "/%2561dmin")]
    [InlineData("/%252561dmin", "/%252561dmin")]
    [InlineData("/a%2Fb", "/a%2Fb")]
    [InlineData("/a%2fb", "/a%2fb")]
    [InlineData("/a%252Fb", "/a%252Fb")]
    [InlineData("/a%25252Fb", "/a%25252Fb")]
    [InlineData("/a%252Fb%2Fc%252fd", "/a%252Fb%2Fc%252fd")]
    [InlineData("/a%2Fb%252Fc", "/a%2Fb%252Fc")]
    [InlineData("/100%25", "/100%25")]
    [InlineData("/%25zz", "/%25zz")]
    [InlineData("/%zz", "/%25zz")]
    [InlineData("/a/./b/../c", "/a/c")]
    [InlineData("/a/%2E%2E/c", "/c")]
    [InlineData("/a%5Cb", "/a%5Cb")]
    [InlineData("/a%3Fb%23c", "/a%3Fb%23c")]
    [InlineData("/x%0D%0Ay", "/x%0D%0Ay")]
    [InlineData("/x%2Fy/../z%252Fw", "/z%252Fw")]
    [InlineData("/x%252Fy/../z%2Fw", "/z%252Fw")]
    [InlineData("/%252%46/a%2Fb", "/%252F/a%252Fb")]
    public async Task The_server_reads_the_path_that_the_gateway_judged(string target, string sent)
    {
        await using var server = RecordingServer.Answering();
        await using var gateway = await TestGateway.StartAsync([server.Url]);
        await using var client = await RawClient.ConnectAsync(gateway.Url);

        await client.SendAsync($"GET {target}?q=%252F HTTP/1.1\r\nHost: x\r\n\r\n");
        await client.ReadAnswerAsync();

        Assert.Equal($"GET {sent}?q=%252F HTTP/1.1", server.Only.Line);
    }

    [Fact]
    public void A_path_without_percent_signs_costs_nothing_more_than_its_text()
    {
        var context = new DefaultHttpContext();
        context.Features.Get<IHttpRequestFeature>()!.RawTarget = "/plain";
        context.Request.Path = "/plain";
        Assert.Equal("/plain", RequestTarget.Encode(context));
    }

    [Theory]
    [InlineData("?a=b&c=%20#d", "?a=b&c=%20#d")]
    [InlineData("?a b", "?a%20b")]
    [InlineData("?a HTTP/1.1\r\nX: y", "?a%20HTTP/1.1%0D%0AX:%20y")]
    [InlineData("?\u00e9\u20ac\0", "?%E9%E2%82%AC%00")]
    public void A_query_is_visible_ascii(string query, string sent) => Assert.Equal(sent, RequestTarget.EncodeQuery(query));
}
