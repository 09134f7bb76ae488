using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Weir.Forwarding.Tests.Buffering;

namespace Weir.Forwarding.Tests.Upstream;

/// <summary>What a client receives, and what becomes of the connection to the server.</summary>
public sealed class AnswerTests
{
    [Theory]
    [InlineData("a body with its length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello", true)]
    [InlineData("chunks that come at once get a length", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", "hello", true)]
    [InlineData("chunks with trailers", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n", "hello", true)]
    [InlineData("no chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "", true)]
    [InlineData("an empty body", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "", true)]
    [InlineData("the server closes", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello", "hello", false)]
    [InlineData("close among others", "HTTP/1.1 200 OK\r\nConnection: x, CLOSE\r\nContent-Length: 5\r\n\r\nhello", "hello", false)]
    [InlineData("HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello", false)]
    [InlineData("HTTP/1.0 that keeps the connection", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nhello", "hello", true)]
    [InlineData("bytes behind the answer", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 200 OK\r\n\r\n", "hello", false)]
    [InlineData("bytes behind the chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\nmore", "hello", false)]
    [InlineData("three interim answers", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nX: y\r\n\r\nHTTP/1.1 103 Early Hints\r\nContent-Length: 9\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello", true)]
    [InlineData("reset content", "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n", "", true)]
    [InlineData("an odd status", "HTTP/1.1 799 Odd\r\nContent-Length: 5\r\n\r\nhello", "hello", true)]
    public async Task An_answer_arrives_and_its_connection_serves_again_only_when_nothing_speaks_against_it(string what, string answer, string body, bool isReused)
    {
        await using var server = RecordingServer.Answering(answer);
        await using var gateway = await TestGateway.StartAsync([server.Url]);
        await using var client = await RawClient.ConnectAsync(gateway.Url);

        for (var i = 0; i < 3; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            var (head, got) = await client.ReadAnswerAsync();
            Assert.True(body == Encoding.Latin1.GetString(got), $"{what}: {head}");
            Assert.DoesNotContain("X: y", head, StringComparison.Ordinal);
            await TestGateway.UntilAsync(() => gateway.Server.IdleConnections == (isReused ? 1 : 0) && gateway.InFlight == 0);
        }

        Assert.Equal(isReused ? 1 : 3, server.Accepted);
        await gateway.AssertNothingLeaksAsync();
        await TestGateway.UntilAsync(() => gateway.Server.Connections.Open == (isReused ? 1 : 0));
    }

    [Theory]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "Content-Length: 5")]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", null)]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\nETag: \"a\"\r\n\r\n", "Content-Length: 5")]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n", null)]
    public async Task Answers_without_a_body_keep_their_length_and_end_with_their_head(string method, string answer, string? length)
    {
        await using var server = RecordingServer.Answering(answer);
        await using var gateway = await TestGateway.StartAsync([server.Url]);
        await using var client = await RawClient.ConnectAsync(gateway.Url);

        for (var i = 0; i < 2; i++)
        {
            await client.SendAsync($"{method} / HTTP/1.1\r\nHost: x\r\n\r\n");
            var head = await client.ReadHeadAsync();
            Assert.Equal(length is null, !head.Contains("Content-Length", StringComparison.Ordinal));
            Assert.Contains(length ?? "HTTP/1.1", head, StringComparison.Ordinal);
            Assert.DoesNotContain("chunked", head, StringComparison.Ordinal);
        }

        Assert.Equal(1, server.Accepted);
    }

    [Theory]
    [InlineData("Content-Length: 5\r\n\r\nhello")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")]
    public async Task A_204_that_announces_a_body_is_the_last_answer_of_its_connection(string rest)
    {
        await using var server = RecordingServer.Answering("HTTP/1.1 204 No Content\r\n" + rest);
        await using var gateway = await TestGateway.StartAsync([server.Url]);
        await using var client = await RawClient.ConnectAsync(gateway.Url);

        for (var i = 0; i < 2; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            var head = await client.ReadHeadAsync();
            Assert.StartsWith("HTTP/1.1 204", head, StringComparison.Ordinal);
            Assert.DoesNotContain("Content-Length", head, StringComparison.Ordinal);
        }

        Assert.Equal(2, server.Accepted);
    }

    [Fact]
    public async Task A_body_that_ends_with_the_connection_arrives_whole()
    {
        await using var server = RecordingServer.Answering("HTTP/1.1 200 OK\r\n\r\nhello" + new string('x', 100_000), closes: true);
        await using var gateway = await TestGateway.StartAsync([server.Url]);
        await using var client = await RawClient.ConnectAsync(gateway.Url);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        var (head, body) = await client.ReadAnswerAsync();

        Assert.Contains("Transfer-Encoding: chunked", head, StringComparison.Ordinal);
        Assert.Equal(100_005, body.Length);
        await TestGateway.UntilAsync(() => gateway.Server.Connections.Open == 0);
    }

    [Fact]
    public async Task Hop_by_hop_headers_of_the_server_end_at_the_gateway_and_the_rest_passes_in_order()
    {
        await using var server = RecordingServer.Answering(
            "HTTP/1.1 200 Fine By Me\r\nConnection: keep-alive, X-Mine\r\nKeep-Alive: timeout=5\r\nX-Mine: 1\r\nProxy-Authenticate: Basic\r\nProxy-Connection: a\r\n"
            + "Alt-Svc: h3\r\nUpgrade: h2c\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nServer: Apache\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\nContent-Length: 0\r\nX-Other: \r\n\r\n");
        await using var gateway = await TestGateway.StartAsync([server.Url]);
        await using var client = await RawClient.ConnectAsync(gateway.Url);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        var (head, _) = await client.ReadAnswerAsync();

        var lines = head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("HTTP/1.1 200 Fine By Me", lines[0]);
        Assert.Equal(
            ["Content-Length: 0", "Date: Mon, 01 Jan 2024 00:00:00 GMT", "Server: Apache", "Set-Cookie: a=1", "Set-Cookie: b=2", "X-Other: "],
            lines[1..].Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("status_line", "HTTP/2.0 200 OK\r\n\r\n")]
    [InlineData("status_line", "SSH-2.0-OpenSSH_9.6\r\n")]
    [InlineData("line_end", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok")]
    [InlineData("header_value", "HTTP/1.1 200 OK\r\nA: b\0c\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("header_name", "HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok")]
    [InlineData("folded_header", "HTTP/1.1 200 OK\r\nA: b\r\n Content-Length: 9\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("content_length", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok")]
    [InlineData("content_length", "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok")]
    [InlineData("transfer_encoding", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("transfer_encoding", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("unasked_upgrade", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")]
    [InlineData("too_many_interim", "17 interim")]
    [InlineData("head_too_large", "large")]
    public async Task What_is_not_safe_to_pass_on_is_a_502_and_the_end_of_its_connection(string reason, string answer)
    {
        answer = answer switch
        {
            "17 interim" => string.Concat(Enumerable.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 17)) + RecordingServer.Page,
            "large" => "HTTP/1.1 200 OK\r\nA: " + new string('x', 70_000) + "\r\n\r\n",
            _ => answer,
        };
        await using var server = RecordingServer.Answering(answer);
        await using var gateway = await TestGateway.StartAsync([server.Url]);
        using var metrics = new MetricsOf(gateway.Services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());
        await using var client = await RawClient.ConnectAsync(gateway.Url);

        for (var i = 0; i < 2; i++)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            var (head, body) = await client.ReadAnswerAsync();
            Assert.StartsWith("HTTP/1.1 502 ", head, StringComparison.Ordinal);
            Assert.DoesNotContain("A: b", head, StringComparison.Ordinal);
            Assert.Empty(body);
        }

        Assert.Equal((2, 2), (server.Accepted, server.All.Count));
        Assert.Equal(2, metrics[$"weir.forwarding.refused_answers reason={reason}"]);
        await TestGateway.UntilAsync(() => gateway.Server.Connections.Open == 0);
    }

    [Theory]
    [InlineData("a bad chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "zz\r\n", false)]
    [InlineData("closed within chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "", true)]
    [InlineData("closed within the length", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", "", true)]
    [InlineData("too many trailers", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "0\r\nA: \0\r\n\r\n", false)]
    public async Task A_body_that_breaks_midway_is_seen_to_be_broken(string what, string start, string end, bool closes)
    {
        await using var server = new RecordingServer(async (_, connection) =>
        {
            await connection.SendAsync(start);
            await Task.Delay(200);
            await connection.SendAsync(end);
            return !closes;
        });
        await using var gateway = await TestGateway.StartAsync([server.Url]);
        await using var client = await RawClient.ConnectAsync(gateway.Url);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        await Assert.ThrowsAnyAsync<IOException>(() => client.ReadAnswerAsync());

        Assert.True(await client.IsClosedAsync(), what);
        await gateway.AssertNothingLeaksAsync();
        await TestGateway.UntilAsync(() => gateway.Server.Connections.Open == 0);
    }

    [Fact]
    public async Task An_answer_may_come_before_the_request_has_been_sent()
    {
        await using var server = new RecordingServer(
            async (_, connection) =>
            {
                await connection.SendAsync("HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno");
                return false;
            },
            atHead: true);
        await using var gateway = await TestGateway.StartAsync([server.Url], buffering: o => o.Uploads = false);
        await using var client = await RawClient.ConnectAsync(gateway.Url);

        await client.SendHeadAsync(1_000_000);
        await client.SendAsync(new string('x', 100_000));
        var (head, body) = await client.ReadAnswerAsync();

        Assert.StartsWith("HTTP/1.1 413 ", head, StringComparison.Ordinal);
        Assert.Equal("no", Encoding.Latin1.GetString(body));
        await gateway.AssertNothingLeaksAsync();
        await TestGateway.UntilAsync(() => gateway.Server.Connections.Open == 0);
    }

    [Fact]
    public async Task An_answer_that_is_through_before_the_upload_ends_the_servers_connection_and_not_the_clients_answer()
    {
        var closed = new TaskCompletionSource();
        await using var server = new RecordingServer(
            async (_, connection) =>
            {
                await connection.SendAsync(RecordingServer.Page);
                await connection.ClosedAsync();
                closed.SetResult();
                return false;
            },
            atHead: true);
        await using var gateway = await TestGateway.StartAsync([server.Url], buffering: o => o.Uploads = false);
        await using var client = await RawClient.ConnectAsync(gateway.Url);

        await client.SendHeadAsync(1_000_000);
        await client.SendAsync(new string('x', 100_000));
        var (head, body) = await client.ReadAnswerAsync();

        Assert.StartsWith("HTTP/1.1 200 ", head, StringComparison.Ordinal);
        Assert.Equal("ok", Encoding.Latin1.GetString(body));
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await gateway.AssertNothingLeaksAsync();
        Assert.Equal(0, gateway.Server.Connections.Open);
    }

    [Fact]
    public async Task An_answer_that_begins_early_goes_on_beside_the_upload()
    {
        await using var server = new RecordingServer(
            async (_, connection) =>
            {
                await connection.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nearly\r\n");
                var body = await connection.TakeAsync(1_000_000);
                await connection.SendAsync($"4\r\n{(body.Length == 1_000_000 ? "done" : "less")}\r\n0\r\n\r\n");
                return true;
            },
            atHead: true);
        await using var gateway = await TestGateway.StartAsync([server.Url], buffering: o => o.Uploads = false);
        await using var client = await RawClient.ConnectAsync(gateway.Url);

        await client.SendHeadAsync(1_000_000);
        await client.SendAsync(new string('x', 500_000));
        Assert.StartsWith("HTTP/1.1 200 ", await client.ReadHeadAsync(), StringComparison.Ordinal);
        await client.SendAsync(new string('x', 500_000));

        Assert.Equal("5\r\nearly\r\n4\r\ndone\r\n0\r\n\r\n", await client.ReadToAsync("0\r\n\r\n"));
        await gateway.AssertNothingLeaksAsync();
    }
}
