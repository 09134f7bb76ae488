using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Weir.Forwarding.Tests.Buffering;
using Yarp.ReverseProxy.Forwarder;

namespace Weir.Forwarding.Tests.Upstream;

/// <summary>Servers that are too slow, and clients that leave.</summary>
public sealed class TimeoutTests
{
    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n")]
    public async Task A_server_that_is_silent_before_its_answer_is_a_504(string start)
    {
        await using var server = Silent(start);
        await using var gateway = await StartAsync(server.Url);
        using var metrics = new MetricsOf(gateway.Services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());
        using var http = new HttpClient();
        var clock = Stopwatch.StartNew();

        using var answer = await http.GetAsync(gateway.Url);

        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
        Assert.InRange(clock.Elapsed.TotalSeconds, 1.4, 20);
        Assert.Equal(1, metrics["weir.forwarding.timeouts"]);
        await AssertClosedAsync(gateway, server);
    }

    [Theory]
    [InlineData("Content-Length: 10\r\n\r\nhello")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")]
    [InlineData("X: y\r\n\r\nhello")]
    public async Task A_server_that_falls_silent_within_its_body_aborts_the_answer(string rest)
    {
        await using var server = Silent("HTTP/1.1 200 OK\r\n" + rest);
        await using var gateway = await StartAsync(server.Url);
        await using var client = await RawClient.ConnectAsync(gateway.Url);

        await client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        await client.ReadToAsync("hello");
        await Assert.ThrowsAnyAsync<IOException>(() => client.ReadToAsync("more"));
        await AssertClosedAsync(gateway, server);
    }

    [Fact]
    public async Task The_total_time_counts_even_while_bytes_come()
    {
        await using var server = new RecordingServer(async (_, connection) =>
        {
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
            for (var i = 0; i < 1000; i++)
            {
                await connection.SendAsync("x");
                await Task.Delay(50, connection.Stop);
            }

            return true;
        });
        await using var gateway = await TestGateway.StartAsync([server.Url], forwarding: o => o.TotalTimeout = TimeSpan.FromMilliseconds(600));
        using var http = new HttpClient();
        var clock = Stopwatch.StartNew();

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => http.GetStringAsync(gateway.Url));

        Assert.InRange(clock.Elapsed.TotalSeconds, 0.5, 20);
        await AssertClosedAsync(gateway, server);
    }

    [Fact]
    public async Task A_server_that_takes_no_part_of_the_request_is_too_slow_too()
    {
        var big = new string('x', 20_000_000);
        await using var server = new RecordingServer(
            async (_, connection) =>
            {
                await Task.Delay(TimeSpan.FromSeconds(30), connection.Stop);
                return false;
            },
            atHead: true);
        await using var gateway = await TestGateway.StartAsync(
            [server.Url], forwarding: o => o.SendTimeout = TimeSpan.FromMilliseconds(500), buffering: o => o.UploadMemoryBytes = 30_000_000);
        using var http = new HttpClient();

        using var answer = await http.PostAsync(gateway.Url, new StringContent(big));

        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
        await gateway.AssertNothingLeaksAsync();
        Assert.Equal(0, gateway.Server.Connections.Open);
    }

    [Fact]
    public async Task A_connection_attempt_has_its_own_time()
    {
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        var fillers = Enumerable.Range(0, 4).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false }).ToList();
        foreach (var filler in fillers)
            Connect(filler);
        await using var gateway = await TestGateway.StartAsync(
            [$"http://{full.LocalEndPoint}"], forwarding: o => o.ConnectTimeout = TimeSpan.FromMilliseconds(300), options: o => o.Retry.MaxAttempts = 0);
        using var http = new HttpClient();
        var clock = Stopwatch.StartNew();

        using var answer = await http.GetAsync(gateway.Url);

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0.25, 20);
        await gateway.AssertNothingLeaksAsync();
        Assert.Equal(0, gateway.Server.Connections.Open);
        fillers.ForEach(f => f.Dispose());

        void Connect(Socket socket)
        {
            try
            {
                socket.Connect(full.LocalEndPoint!);
            }
            catch (SocketException)
            {
                // In progress: not blocking.
            }
        }
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nhello", 0)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", 0)]
    [InlineData("", 1_000_000)]
    public async Task A_client_that_leaves_frees_slot_and_server_within_a_second(string start, int upload)
    {
        var closed = new TaskCompletionSource();
        await using var server = new RecordingServer(
            async (request, connection) =>
            {
                if (request.Line.Contains("/next", StringComparison.Ordinal))
                {
                    await connection.SendAsync(RecordingServer.Page);
                    return true;
                }

                await connection.SendAsync(start);
                await connection.ClosedAsync();
                closed.SetResult();
                return false;
            },
            atHead: true);
        await using var gateway = await TestGateway.StartAsync([server.Url], limit: 1, buffering: o => o.Uploads = false);
        var client = await RawClient.ConnectAsync(gateway.Url);
        await (upload > 0
            ? client.SendHeadAsync(upload)
            : client.SendAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
        await TestGateway.UntilAsync(() => server.All.Count == 1);
        if (start.Length > 0)
            await client.ReadToAsync("hello");

        client.Reset();

        await closed.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await gateway.AssertNothingLeaksAsync();
        await TestGateway.UntilAsync(() => gateway.Server.Connections.Open == 0);
        using var http = new HttpClient();
        Assert.Equal("ok", await http.GetStringAsync(gateway.Url + "/next"));
    }

    private static RecordingServer Silent(string start) => new(async (_, connection) =>
    {
        await connection.SendAsync(start);
        await connection.ClosedAsync();
        return false;
    });

    private static Task<TestGateway> StartAsync(string url) => TestGateway.StartAsync(
        [url], cluster: c => c with { HttpRequest = new ForwarderRequestConfig { ActivityTimeout = TimeSpan.FromMilliseconds(1500) } }, options: o => o.Retry.MaxAttempts = 0);

    private static async Task AssertClosedAsync(TestGateway gateway, RecordingServer server)
    {
        await gateway.AssertNothingLeaksAsync();
        await TestGateway.UntilAsync(() => gateway.Server.Connections.Open == 0 && server.Open == 0);
    }
}
