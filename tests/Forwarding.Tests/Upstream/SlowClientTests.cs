using Weir.Forwarding.Buffering;
using Weir.Forwarding.Tests.Buffering;

namespace Weir.Forwarding.Tests.Upstream;

/// <summary>Answers larger than what Kestrel and the sockets hold, for clients that do not read.</summary>
public sealed class SlowClientTests
{
    private const int Bytes = 40_000_000;

    [Theory]
    [InlineData("length")]
    [InlineData("chunked")]
    [InlineData("close")]
    public async Task The_server_is_through_at_its_own_speed_and_every_byte_arrives_later(string framing)
    {
        var sent = new TaskCompletionSource();
        await using var server = Big(framing, sent);
        await using var gateway = await StartAsync(server.Url);
        await using var client = await RawClient.ConnectAsync(gateway.Url);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        await sent.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await TestGateway.UntilAsync(() => gateway.InFlight == 0);
        Assert.True(gateway.BufferedBytes > 10_000_000);
        await AssertWholeAsync(client, framing);
        await gateway.AssertNothingLeaksAsync();
    }

    [Theory]
    [InlineData(200_000, 1_000_000, long.MaxValue)]
    [InlineData(200_000, 0, long.MaxValue)]
    [InlineData(0, 0, long.MaxValue)]
    [InlineData(200_000, 1_000_000, 0)]
    public async Task Past_the_bounds_the_server_waits_and_every_byte_still_arrives(long memory, long file, long total)
    {
        var sent = new TaskCompletionSource();
        await using var server = Big("chunked", sent);
        await using var gateway = await StartAsync(server.Url, o =>
        {
            (o.AnswerMemoryBytes, o.AnswerFileBytes) = ((int)memory, file);
            if (total == 0)
                (o.TotalMemoryBytes, o.TotalFileBytes) = (0, 0);
        });
        await using var client = await RawClient.ConnectAsync(gateway.Url);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        await Task.Delay(700);
        Assert.Equal((false, 1), (sent.Task.IsCompleted, gateway.InFlight));
        Assert.InRange(gateway.BufferedBytes, 0, memory + file + 200_000);
        await AssertWholeAsync(client, "chunked");
        await gateway.AssertNothingLeaksAsync();
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(100_000)]
    [InlineData(0)]
    public async Task A_client_that_leaves_gives_everything_back(long bound)
    {
        var sent = new TaskCompletionSource();
        await using var server = Big("length", sent);
        await using var gateway = await StartAsync(server.Url, o =>
        {
            if (bound < long.MaxValue)
                (o.AnswerMemoryBytes, o.AnswerFileBytes) = ((int)bound, bound);
        });
        var client = await RawClient.ConnectAsync(gateway.Url);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        await client.ReadHeadAsync();
        await Task.Delay(500);

        client.Reset();

        await gateway.AssertNothingLeaksAsync();
        await TestGateway.UntilAsync(() => gateway.Server.Connections.Open == gateway.Server.IdleConnections);
    }

    [Fact]
    public async Task A_client_that_leaves_late_does_not_take_the_connection_that_serves_another_by_then()
    {
        var sent = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        await using var server = new RecordingServer(async (request, connection) =>
        {
            if (request.Line.Contains("/second", StringComparison.Ordinal))
            {
                await go.Task;
                await connection.SendAsync(RecordingServer.Page);
                return true;
            }

            await SendBigAsync(connection, "length");
            sent.TrySetResult();
            return true;
        });
        await using var gateway = await StartAsync(server.Url);
        var client = await RawClient.ConnectAsync(gateway.Url);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        await sent.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await TestGateway.UntilAsync(() => gateway.InFlight == 0 && gateway.Server.IdleConnections == 1);
        using var http = new HttpClient();
        var second = http.GetStringAsync(gateway.Url + "/second");
        await TestGateway.UntilAsync(() => server.All.Count == 2);
        Assert.Equal(server.All[0].Connection, server.All[1].Connection);

        client.Reset();
        await TestGateway.UntilAsync(() => gateway.BufferedBytes == 0);
        go.SetResult();

        Assert.Equal("ok", await second);
        Assert.Equal(2, server.All.Count);
        await gateway.AssertNothingLeaksAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_dies_midway_is_an_aborted_answer(bool resets)
    {
        await using var server = new RecordingServer(async (_, connection) =>
        {
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n" + new string('x', Bytes / 2));
            if (resets)
                connection.Reset();
            return false;
        });
        await using var gateway = await StartAsync(server.Url);
        await using var client = await RawClient.ConnectAsync(gateway.Url);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        await TestGateway.UntilAsync(() => server.Accepted == 1 && server.Open == 0, seconds: 30);

        await Assert.ThrowsAnyAsync<IOException>(() => client.ReadAnswerAsync());
        await gateway.AssertNothingLeaksAsync();
    }

    [Fact]
    public async Task A_route_that_does_not_buffer_answers_holds_its_server()
    {
        var sent = new TaskCompletionSource();
        await using var server = Big("length", sent);
        await using var gateway = await StartAsync(server.Url, o => o.Routes["r"] = new RouteBufferingOptions { Answers = false });
        await using var client = await RawClient.ConnectAsync(gateway.Url);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        await Task.Delay(700);

        Assert.Equal((false, 1, 0L), (sent.Task.IsCompleted, gateway.InFlight, gateway.BufferedBytes));
        await AssertWholeAsync(client, "length");
        await gateway.AssertNothingLeaksAsync();
    }

    private static Task<TestGateway> StartAsync(string url, Action<BufferingOptions>? buffering = null) =>
        TestGateway.StartAsync([url], buffering: buffering, kestrel: k => k.Limits.MinResponseDataRate = null);

    private static RecordingServer Big(string framing, TaskCompletionSource sent) => new(async (_, connection) =>
    {
        await SendBigAsync(connection, framing);
        sent.TrySetResult();
        return framing != "close";
    });

    private static async Task SendBigAsync(ServerConnection connection, string framing)
    {
        await connection.SendAsync("HTTP/1.1 200 OK\r\n" + framing switch
        {
            "length" => $"Content-Length: {Bytes}\r\n\r\n",
            "chunked" => "Transfer-Encoding: chunked\r\n\r\n",
            _ => "\r\n",
        });
        const int Part = 50_000;
        for (var at = 0L; at < Bytes; at += Part)
        {
            if (framing == "chunked")
                await connection.SendAsync($"{Part:x}\r\n");
            await connection.Stream.WriteAsync(SpoolBench.Bytes(Part, at), connection.Stop);
            if (framing == "chunked")
                await connection.SendAsync("\r\n");
        }

        if (framing == "chunked")
            await connection.SendAsync("0\r\n\r\n");
    }

    private static async Task AssertWholeAsync(RawClient client, string framing)
    {
        var head = await client.ReadHeadAsync();
        Assert.Equal(framing != "length", head.Contains("chunked", StringComparison.Ordinal));
        var body = framing == "length" ? await client.ReadRestAsync() : RawClient.Unchunk(await client.ReadRestAsync());
        Assert.Equal(Bytes, body.Length);
        Assert.True(body.AsSpan().SequenceEqual(SpoolBench.Bytes(Bytes, 0)));
    }
}
