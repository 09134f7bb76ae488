using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Weir.Forwarding.Tests.Upstream;

/// <summary>Clients that speak HTTP/2 to the gateway, in front of servers that speak HTTP/1.1.</summary>
public sealed class Http2ClientTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bodies_and_trailers_arrive_at_the_server(bool collects)
    {
        await using var server = RecordingServer.Answering();
        await using var gateway = await StartAsync(server.Url, collects);
        using var client = await RawHttp2.ConnectAsync(gateway.Url);

        Assert.Equal(1, await client.RequestAsync(1, Post(), new string('x', 10_000), ("x-sum", "1"), ("host", "y"), ("x-forwarded-for", "z")));
        Assert.Equal(1, await client.RequestAsync(3, Post(), "", ("x-sum", "2")));

        Assert.Equal([10_000, 0], server.All.Select(r => r.Body.Length));
        Assert.Equal(["x-sum: 1\r\n", "x-sum: 2\r\n"], server.All.Select(r => r.Trailers));
        Assert.Empty(server.Violations);
        await gateway.AssertNothingLeaksAsync();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public async Task Bodies_and_trailers_arrive_at_the_client(int pauseMilliseconds)
    {
        await using var server = new RecordingServer(async (_, connection) =>
        {
            await connection.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
            await Task.Delay(pauseMilliseconds);
            await connection.SendAsync("0\r\nX-Sum: 7\r\nX-Sum: \u00e9\r\nContent-Length: 9\r\nSet-Cookie: a\r\n\r\n");
            return true;
        });
        await using var gateway = await StartAsync(server.Url);
        using var http = Client();

        using var answer = await http.PostAsync(gateway.Url, new StringContent(new string('x', 70_000)));

        Assert.Equal("hello", await answer.Content.ReadAsStringAsync());
        Assert.Equal("7|\u00e9", string.Join('|', answer.TrailingHeaders.NonValidated["X-Sum"]));
        Assert.Single(answer.TrailingHeaders);
        Assert.Equal(70_000, server.Only.Body.Length);
        Assert.Equal("70000", server.Only["Content-Length"]);
        await gateway.AssertNothingLeaksAsync();
    }

    [Fact]
    public async Task Malformed_trailers_reset_the_stream()
    {
        await using var server = RecordingServer.Answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nno colon\r\n\r\n");
        await using var gateway = await StartAsync(server.Url);
        using var http = Client();
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync(gateway.Url));
        await gateway.AssertNothingLeaksAsync();
    }

    [Fact]
    public async Task Cookies_that_came_in_crumbs_arrive_as_one()
    {
        await using var server = RecordingServer.Answering();
        await using var gateway = await StartAsync(server.Url);
        using var client = await RawHttp2.ConnectAsync(gateway.Url);

        Assert.Equal(1, await client.RequestAsync(1, [.. Get("/"), ("cookie", "a=1"), ("cookie", "b=2"), ("cookie", "c=3"), ("x", "1"), ("x", "2")]));

        Assert.Equal("a=1; b=2; c=3", server.Only["Cookie"]);
        Assert.Equal("1, 2", server.Only["x"]);
    }

    [Theory]
    [InlineData("/?a b")]
    [InlineData("/?a HTTP/1.1")]
    [InlineData("/?\u00e9")]
    [InlineData("/?\t")]
    [InlineData("/a b?c")]
    public async Task A_target_with_spaces_or_worse_stays_one_target(string target)
    {
        await using var server = RecordingServer.Answering();
        await using var gateway = await StartAsync(server.Url);
        using var client = await RawHttp2.ConnectAsync(gateway.Url);

        await client.RequestAsync(1, Get(target));
        await client.RequestAsync(3, Get("/next"));

        Assert.Empty(server.Violations);
        Assert.All(server.All, r => Assert.Matches("^GET [^ ]+ HTTP/1.1$", r.Line));
    }

    [Theory]
    [InlineData("x\r\nevil", "1")]
    [InlineData("x\nevil", "1")]
    [InlineData("x: 1\r\nevil", "1")]
    [InlineData("x y", "1")]
    [InlineData("x:", "1")]
    [InlineData("x", "1\r\nevil: 1")]
    [InlineData("x", "1\nevil: 1")]
    [InlineData("x", "a\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("x\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n", "1")]
    [InlineData("transfer-encoding", "chunked")]
    [InlineData("connection", "close")]
    [InlineData("content-length", "5")]
    [InlineData("host", "y")]
    [InlineData("\u00e9", "1")]
    public async Task A_header_of_an_http_2_client_never_becomes_two_or_a_request(string name, string value)
    {
        await using var server = RecordingServer.Answering();
        await using var gateway = await StartAsync(server.Url);
        using var client = await RawHttp2.ConnectAsync(gateway.Url);

        await client.RequestAsync(1, [.. Get("/"), (name, value)]);

        Assert.Empty(server.Violations);
        Assert.InRange(server.All.Count, 0, 1);
        Assert.All(server.All, r => Assert.DoesNotContain("evil", r.Raw, StringComparison.OrdinalIgnoreCase));
        Assert.All(server.All, r => Assert.DoesNotContain("smuggled", r.Raw, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_body_that_breaks_midway_resets_the_stream_and_leaves_the_others_alone()
    {
        await using var server = new RecordingServer(async (request, connection) =>
        {
            await connection.SendAsync(request.Line.Contains("/good", StringComparison.Ordinal)
                ? RecordingServer.Page
                : "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
            return request.Line.Contains("/good", StringComparison.Ordinal);
        });
        await using var gateway = await StartAsync(server.Url);
        using var http = Client();

        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetStringAsync(gateway.Url));
        Assert.Equal("ok", await http.GetStringAsync(gateway.Url + "/good"));
        await gateway.AssertNothingLeaksAsync();
    }

    private static Task<TestGateway> StartAsync(string url, bool collects = true) => TestGateway.StartAsync(
        [url], buffering: o => o.Uploads = collects, kestrel: k => k.ConfigureEndpointDefaults(e => e.Protocols = HttpProtocols.Http2));

    private static (string Name, string Value)[] Get(string path) => [(":method", "GET"), (":scheme", "http"), (":authority", "x"), (":path", path)];

    private static (string Name, string Value)[] Post() => [(":method", "POST"), (":scheme", "http"), (":authority", "x"), (":path", "/")];

    private static HttpClient Client() => new(new SocketsHttpHandler { ResponseHeaderEncodingSelector = (_, _) => System.Text.Encoding.Latin1 })
    {
        DefaultRequestVersion = HttpVersion.Version20,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };
}
