using Weir.Forwarding.Tests.Buffering;

namespace Weir.Forwarding.Tests.Upstream;

/// <summary>What a server receives.</summary>
public sealed class RequestTests
{
    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("TRACE")]
    [InlineData("PROPFIND")]
    [InlineData("M-SEARCH")]
    public async Task Every_method_arrives_with_its_target_and_the_usual_headers(string method)
    {
        await using var server = RecordingServer.Answering("HTTP/1.1 204 No Content\r\n\r\n");
        await using var gateway = await TestGateway.StartAsync([server.Url]);
        await using var client = await RawClient.ConnectAsync(gateway.Url);

        await client.SendAsync($"{method} /a%20b/c?d=%C3%A9&e HTTP/1.1\r\nHost: site.example\r\nAccept: */*\r\nX-Two: 1\r\nX-Two: 2\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 204 No Content\r\n", await client.ReadHeadAsync(), StringComparison.Ordinal);

        Assert.Equal(
            $"{method} /a%20b/c?d=%C3%A9&e HTTP/1.1\r\nHost: {server.Authority}\r\nAccept: */*\r\nX-Two: 1\r\nX-Two: 2\r\n"
            + "X-Forwarded-Host: site.example\r\nX-Forwarded-Proto: http\r\n\r\n",
            server.Only.Raw);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bodies_arrive_framed_as_they_came_or_with_their_length(bool collects)
    {
        await using var server = RecordingServer.Answering();
        await using var gateway = await TestGateway.StartAsync([server.Url], buffering: o => o.Uploads = collects);
        await using var client = await RawClient.ConnectAsync(gateway.Url);
        var large = new string('x', 300_000);

        foreach (var body in new[] { "h", "hello", large })
        {
            await client.SendAsync($"POST /length HTTP/1.1\r\nHost: x\r\nContent-Length: {body.Length}\r\n\r\n{body}");
            await client.ReadAnswerAsync();
            await client.SendAsync($"PUT /chunks HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;ext=1\r\n{body[0]}\r\n");
            if (body.Length > 1)
                await client.SendAsync($"{body.Length - 1:X}\r\n{body[1..]}\r\n");
            await client.SendAsync("0\r\n\r\n");
            await client.ReadAnswerAsync();
        }

        await client.SendAsync("POST /empty HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
        await client.ReadAnswerAsync();
        Assert.Equal(["h", "h", "hello", "hello", large, large, ""], server.All.Select(r => r.BodyText));
        foreach (var request in server.All)
        {
            var isChunked = !collects && request.Line.StartsWith("PUT", StringComparison.Ordinal);
            Assert.Equal(isChunked ? null : request.Body.Length.ToString(), request["Content-Length"]);
            Assert.Equal(isChunked ? "chunked" : null, request["Transfer-Encoding"]);
        }

        Assert.Empty(server.Violations);
    }

    [Theory]
    [InlineData(true, "hello")]
    [InlineData(false, "hello")]
    [InlineData(true, "")]
    [InlineData(false, "")]
    public async Task Trailers_arrive_but_not_those_that_would_change_the_request(bool collects, string body)
    {
        await using var server = RecordingServer.Answering();
        await using var gateway = await TestGateway.StartAsync([server.Url], buffering: o => o.Uploads = collects);
        await using var client = await RawClient.ConnectAsync(gateway.Url);

        await client.SendAsync(
            $"PUT / HTTP/1.1\r\nHost: x\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n{(body.Length > 0 ? $"{body.Length:x}\r\n{body}\r\n" : "")}0\r\n"
            + "X-Sum: 1\r\nContent-Length: 5\r\nTransfer-Encoding: gzip\r\nHost: y\r\nAuthorization: z\r\nX-Forwarded-For: 1.2.3.4\r\nCookie: c\r\n\r\n");
        await client.ReadAnswerAsync();

        Assert.Equal("X-Sum: 1\r\n", server.Only.Trailers);
        Assert.Equal((body, "chunked"), (server.Only.BodyText, server.Only["Transfer-Encoding"]));
        Assert.Empty(server.Violations);
    }

    [Fact]
    public async Task A_client_that_expects_100_gets_it_at_once_and_the_server_never_hears_of_it()
    {
        await using var server = RecordingServer.Answering();
        await using var gateway = await TestGateway.StartAsync([server.Url]);
        await using var client = await RawClient.ConnectAsync(gateway.Url);

        await client.SendHeadAsync(5, "Expect: 100-continue\r\n");
        Assert.StartsWith("HTTP/1.1 100 ", await client.ReadHeadAsync(), StringComparison.Ordinal);
        Assert.Empty(server.All);
        await client.SendAsync("hello");
        var (head, _) = await client.ReadAnswerAsync();

        Assert.StartsWith("HTTP/1.1 200 OK\r\n", head, StringComparison.Ordinal);
        Assert.Equal(("hello", null), (server.Only.BodyText, server.Only["Expect"]));
    }

    [Fact]
    public async Task Hop_by_hop_headers_end_at_the_gateway_and_so_do_those_that_connection_names()
    {
        await using var server = RecordingServer.Answering();
        await using var gateway = await TestGateway.StartAsync([server.Url]);
        await using var client = await RawClient.ConnectAsync(gateway.Url);

        await client.SendAsync(
            "GET / HTTP/1.1\r\nHost: x\r\nConnection: x-mine, X-Other\r\nX-Mine: 1\r\nKeep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\nTE: trailers\r\n"
            + "Trailer: A\r\nUpgrade: h2c\r\nHTTP2-Settings: AAA\r\nProxy-Authorization: Basic eDp5\r\nProxy: http://evil\r\nX-Kept: 1\r\n\r\n");
        await client.ReadAnswerAsync();

        Assert.Equal(["Host", "X-Kept", "X-Forwarded-Host", "X-Forwarded-Proto"], server.Only.Headers.Select(h => h.Name));
    }

    [Fact]
    public async Task Header_values_pass_both_ways_byte_for_byte()
    {
        var text = string.Concat(Enumerable.Range(0xA0, 0x60).Select(c => (char)c));
        await using var server = RecordingServer.Answering($"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-Back: a{text}b\r\n\r\n");
        await using var gateway = await TestGateway.StartAsync([server.Url]);
        await using var client = await RawClient.ConnectAsync(gateway.Url);

        await client.SendAsync($"GET / HTTP/1.1\r\nHost: x\r\nX-There: a{text}\tb\r\nCookie: \u00c3\u00a9=\u0080\r\n\r\n");
        var (head, _) = await client.ReadAnswerAsync();

        Assert.Equal(($"a{text}\tb", "\u00c3\u00a9=\u0080"), (server.Only["X-There"], server.Only["Cookie"]));
        Assert.Contains($"\r\nX-Back: a{text}b\r\n", head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/?a\tb", "/?a%09b")]
    [InlineData("/?a\rb", "/?a%0Db")]
    [InlineData("/?a\u0001b", "/?a%01b")]
    [InlineData("/?a\u007fb#c", "/?a%7Fb#c")]
    public async Task A_query_with_control_characters_cannot_split_the_request_line(string target, string sent)
    {
        await using var server = RecordingServer.Answering();
        await using var gateway = await TestGateway.StartAsync([server.Url]);
        await using var client = await RawClient.ConnectAsync(gateway.Url);

        await client.SendAsync($"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        var head = await client.ReadHeadAsync();

        Assert.Empty(server.Violations);
        if (head.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
            Assert.Equal($"GET {sent} HTTP/1.1", server.Only.Line);
        else
            Assert.StartsWith("HTTP/1.1 400", head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, "server")]
    [InlineData(null, "configured.example", "configured.example")]
    [InlineData("RequestHeaderOriginalHost=true", null, "site.example:81")]
    [InlineData("RequestHeaderOriginalHost=true", "configured.example", "site.example:81")]
    [InlineData("RequestHeader=Host;Set=set.example", null, "set.example")]
    public async Task The_host_is_the_clients_the_configured_or_the_destinations(string? transform, string? configured, string expected)
    {
        await using var server = RecordingServer.Answering();
        await using var gateway = await TestGateway.StartAsync(
            [server.Url],
            route: r => transform is null ? r : r with { Transforms = [TransformPlansTests.Parse(transform)] },
            cluster: c => c with { Destinations = c.Destinations!.ToDictionary(d => d.Key, d => d.Value with { Host = configured }) });
        await using var client = await RawClient.ConnectAsync(gateway.Url);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: site.example:81\r\n\r\n");
        await client.ReadAnswerAsync();

        Assert.Equal(expected, server.Only["Host"]!.Replace(server.Authority, "server", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_destinations_path_is_put_in_front_and_options_of_the_whole_server_stay_so()
    {
        await using var server = RecordingServer.Answering();
        await using var gateway = await TestGateway.StartAsync([server.Url + "/base/"]);
        await using var bare = await TestGateway.StartAsync([server.Url]);
        await using var client = await RawClient.ConnectAsync(gateway.Url);
        await using var bareClient = await RawClient.ConnectAsync(bare.Url);

        await client.SendAsync("GET /x?y HTTP/1.1\r\nHost: x\r\n\r\n");
        await client.ReadAnswerAsync();
        await bareClient.SendAsync("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n");
        await bareClient.ReadAnswerAsync();

        Assert.Equal(["GET /base/x?y HTTP/1.1", "OPTIONS * HTTP/1.1"], server.All.Select(r => r.Line));
    }
}
