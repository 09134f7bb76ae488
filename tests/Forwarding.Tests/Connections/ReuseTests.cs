using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Weir.Forwarding.Connections;
using Weir.Forwarding.Tests.Buffering;

namespace Weir.Forwarding.Tests.Connections;

/// <summary>Used connections end to end: what is sent again, and what never is.</summary>
public sealed class ReuseTests
{
    [Theory]
    [InlineData("GET", 0, true)]
    [InlineData("PUT", 5, true)]
    [InlineData("PUT", 100_000, true)]
    [InlineData("PUT", 100_000, false)]
    [InlineData("DELETE", 0, true)]
    public async Task A_server_that_closes_as_the_request_arrives_gets_it_again_on_a_fresh_connection(string method, int bytes, bool hasLength)
    {
        await using var server = ClosingOnSecond();
        await using var gateway = await TestGateway.StartAsync([server.Url], options: o => o.Retry.MaxAttempts = 0);
        using var metrics = new MetricsOf(gateway.Services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());
        await using var client = await RawClient.ConnectAsync(gateway.Url);
        await client.SendAsync("GET /first HTTP/1.1\r\nHost: x\r\n\r\n");
        await client.ReadAnswerAsync();
        await TestGateway.UntilAsync(() => gateway.Server.IdleConnections == 1);

        var body = new string('b', bytes);
        await client.SendAsync(bytes == 0 ? $"{method} / HTTP/1.1\r\nHost: x\r\n\r\n"
            : hasLength ? $"{method} / HTTP/1.1\r\nHost: x\r\nContent-Length: {bytes}\r\n\r\n{body}"
            : $"{method} / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{bytes:x}\r\n{body}\r\n0\r\nX-T: 1\r\n\r\n");
        var (head, _) = await client.ReadAnswerAsync();

        Assert.StartsWith("HTTP/1.1 200 ", head, StringComparison.Ordinal);
        Assert.Equal([1, 1, 2], server.All.Select(r => r.Connection));
        Assert.Equal(server.All[1].Raw, server.All[2].Raw);
        Assert.Equal((bytes, hasLength || bytes == 0 ? "" : "X-T: 1\r\n"), (server.All[2].Body.Length, server.All[2].Trailers));
        Assert.Equal(1, metrics["weir.forwarding.stale"]);
        Assert.Empty(server.Violations);
        await gateway.AssertNothingLeaksAsync();
    }

    [Fact]
    public async Task A_post_on_a_connection_just_used_is_sent_once_and_fails()
    {
        await using var server = ClosingOnSecond();
        await using var gateway = await TestGateway.StartAsync([server.Url]);
        gateway.Server.ConnectionRules = gateway.Server.ConnectionRules with { FreshFor = TimeSpan.FromSeconds(10) };
        using var http = new HttpClient();
        await http.GetStringAsync(gateway.Url);
        await TestGateway.UntilAsync(() => gateway.Server.IdleConnections == 1);

        using var answer = await http.PostAsync(gateway.Url, new StringContent("body"));

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal([1, 1], server.All.Select(r => r.Connection));
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public async Task A_post_goes_on_a_fresh_connection_where_the_server_may_close_unanswered(bool closesUnanswered, int connections)
    {
        await using var server = RecordingServer.Answering();
        await using var gateway = await TestGateway.StartAsync([server.Url]);
        gateway.Server.ConnectionRules = gateway.Server.ConnectionRules with { ClosesUnanswered = closesUnanswered };
        using var http = new HttpClient();
        await http.GetStringAsync(gateway.Url);
        await TestGateway.UntilAsync(() => gateway.Server.IdleConnections == 1);
        await Task.Delay(20);

        using var answer = await http.PostAsync(gateway.Url, new StringContent("body"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(connections, server.Accepted);
    }

    [Fact]
    public async Task Nothing_is_sent_again_once_a_byte_of_the_answer_has_come()
    {
        await using var server = new RecordingServer(async (request, connection) =>
        {
            await connection.SendAsync(request.Number == 1 ? RecordingServer.Page : "H");
            return request.Number == 1;
        });
        await using var gateway = await TestGateway.StartAsync([server.Url]);
        using var http = new HttpClient();
        await http.GetStringAsync(gateway.Url);
        await TestGateway.UntilAsync(() => gateway.Server.IdleConnections == 1);

        using var answer = await http.GetAsync(gateway.Url);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal(2, server.All.Count);
    }

    [Fact]
    public async Task An_idle_connection_that_its_server_closes_is_closed_at_once()
    {
        var close = new TaskCompletionSource();
        await using var server = new RecordingServer(async (_, connection) =>
        {
            await connection.SendAsync(RecordingServer.Page);
            await close.Task;
            return false;
        });
        await using var gateway = await TestGateway.StartAsync([server.Url]);
        using var http = new HttpClient();
        await http.GetStringAsync(gateway.Url);
        await TestGateway.UntilAsync(() => gateway.Server.IdleConnections == 1);
        Assert.Equal(1, gateway.Server.Connections.Open);

        close.SetResult();

        await TestGateway.UntilAsync(() => gateway.Server.Connections.Open == 0 && gateway.Server.IdleConnections == 0, seconds: 2);
    }

    [Fact]
    public async Task Many_requests_leave_as_many_connections_as_are_idle_and_the_gateways_end_none()
    {
        await using var server = RecordingServer.Answering();
        await using (var gateway = await TestGateway.StartAsync([server.Url], limit: 8))
        {
            using var http = new HttpClient();
            await Task.WhenAll(Enumerable.Range(0, 400).Select(i => i % 7 == 0
                ? http.PutAsync(gateway.Url, new StringContent("b"))
                : http.GetAsync(gateway.Url)));
            await gateway.AssertNothingLeaksAsync();
            await TestGateway.UntilAsync(() => gateway.Server.Connections.Open == gateway.Server.IdleConnections);
            Assert.InRange(gateway.Server.Connections.Open, 1, 8);
            await TestGateway.UntilAsync(() => gateway.Server.Connections.Open == 0, seconds: 15);
            await http.GetStringAsync(gateway.Url);
        }

        await TestGateway.UntilAsync(() => server.Open == 0);
        Assert.Equal(401, server.All.Count);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("POST")]
    public async Task A_request_whose_send_fails_is_sent_again_byte_for_byte_the_same_or_not_at_all(string method)
    {
        var connector = new FakeConnector(() => new FakeChannel(Encoding.Latin1.GetBytes(RecordingServer.Page)) { Sent = new MemoryStream() });
        await using var gateway = await TestGateway.StartAsync(
            ["http://127.0.0.1:1"], services: s => s.AddSingleton<IUpstreamConnector>(connector), options: o => o.Retry.MaxAttempts = 0);
        gateway.Server.ConnectionRules = gateway.Server.ConnectionRules with { FreshFor = TimeSpan.FromMinutes(1) };
        using var http = new HttpClient();
        await http.GetStringAsync(gateway.Url);
        await TestGateway.UntilAsync(() => gateway.Server.IdleConnections == 1);
        var used = connector.Made.Single();
        used.Sent!.SetLength(0);
        used.Failures.Enqueue(new IOException("broken"));

        using var answer = await http.SendAsync(new HttpRequestMessage(new HttpMethod(method), gateway.Url) { Content = new StringContent("the body") });

        Assert.Equal(method == "PUT" ? HttpStatusCode.OK : HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal(method == "PUT" ? 2 : 1, connector.Made.Count);
        var first = Encoding.Latin1.GetString(used.Sent.ToArray());
        Assert.EndsWith("\r\n\r\nthe body", first, StringComparison.Ordinal);
        if (method == "PUT")
            Assert.Equal(first, Encoding.Latin1.GetString(connector.Made[1].Sent!.ToArray()));
    }

    /// <summary>Answers, but closes on the second request without a byte.</summary>
    private static RecordingServer ClosingOnSecond() => new(async (request, connection) =>
    {
        if (request.Number == 2)
            return false;
        await connection.SendAsync(RecordingServer.Page);
        return true;
    });
}
