using System.Net;
using System.Net.Sockets;
using Weir.Forwarding.Slots;

namespace Weir.Forwarding.Tests;

public sealed class RetryAndEjectionTests
{
    [Fact]
    public async Task A_request_that_cannot_connect_is_served_by_another_server()
    {
        var dead = DeadPort();
        await using var alive = ScriptedServer.Answering();
        await using var gateway = await TestGateway.StartAsync([$"http://127.0.0.1:{dead}", alive.Url]);
        using var http = new HttpClient();

        for (var i = 0; i < 20; i++)
            Assert.Equal("ok", await http.GetStringAsync(gateway.Url));
        using var post = await http.PostAsync(gateway.Url, new StringContent("body"));

        Assert.Equal(HttpStatusCode.OK, post.StatusCode);
        Assert.True(Server(gateway, dead).Health.IsEjected);
        await gateway.AssertNothingLeaksAsync();
    }

    [Fact]
    public async Task A_post_to_a_dead_server_moves_with_its_body()
    {
        var dead = DeadPort();
        await using var alive = ScriptedServer.Answering();
        await using var gateway = await TestGateway.StartAsync([$"http://127.0.0.1:{dead}", alive.Url], options: o => o.Ejection.Failures = 0);
        using var http = new HttpClient();
        for (var i = 0; i < 4; i++)
        {
            using var answer = await http.PostAsync(gateway.Url, new StringContent("body"));
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Equal(4, alive.Requests);
    }

    [Fact]
    public async Task An_idempotent_request_left_unanswered_goes_to_another_server_and_a_post_does_not()
    {
        await using var silent = new ScriptedServer((_, _, _) => Task.FromResult(false));
        await using var alive = ScriptedServer.Answering();
        await using var gateway = await TestGateway.StartAsync([silent.Url, alive.Url], options: o => o.Ejection.Failures = 0);
        using var http = new HttpClient();

        for (var i = 0; i < 10; i++)
            Assert.Equal("ok", await http.GetStringAsync(gateway.Url));
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 4; i++)
        {
            using var answer = await http.PostAsync(gateway.Url, new StringContent("body"));
            statuses.Add(answer.StatusCode);
        }

        Assert.Contains(HttpStatusCode.BadGateway, statuses);
        await gateway.AssertNothingLeaksAsync();
    }

    [Fact]
    public async Task A_server_that_accepts_and_never_answers_is_left_out_and_cannot_draw_the_traffic()
    {
        await using var silent = new ScriptedServer((_, _, _) => Task.FromResult(false));
        await using var alive = ScriptedServer.Answering();
        await using var gateway = await TestGateway.StartAsync([silent.Url, alive.Url], options: o => o.Ejection.ProbeInterval = TimeSpan.FromMinutes(1));
        using var http = new HttpClient();

        for (var i = 0; i < 30; i++)
            Assert.Equal("ok", await http.GetStringAsync(gateway.Url));

        Assert.True(Server(gateway, silent.Port).Health.IsEjected);
        // Three of ours, each of which .NET's connection pool may repeat by itself.
        Assert.InRange(silent.Requests, 3, 16);
    }

    [Fact]
    public async Task A_server_that_does_not_take_the_connection_is_a_failed_connection_after_five_seconds()
    {
        // Nobody accepts and the backlog is full: the kernel drops what comes, as a firewall does.
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        var port = ((IPEndPoint)full.LocalEndPoint!).Port;
        var fillers = Enumerable.Range(0, 4).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false }).ToList();
        foreach (var filler in fillers)
        {
            try
            {
                filler.Connect(IPAddress.Loopback, port);
            }
            catch (SocketException)
            {
                // In progress: not blocking.
            }
        }

        await using var alive = ScriptedServer.Answering();
        await using var gateway = await TestGateway.StartAsync([$"http://127.0.0.1:{port}", alive.Url]);
        using var http = new HttpClient();

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => http.GetStringAsync(gateway.Url)));

        Assert.All(answers, a => Assert.Equal("ok", a));
        Assert.True(Server(gateway, port).Health.IsEjected);
        await gateway.AssertNothingLeaksAsync();
        fillers.ForEach(f => f.Dispose());
    }

    [Fact]
    public async Task Once_a_byte_was_answered_nothing_is_tried_again()
    {
        await using var half = new ScriptedServer(async (_, stream, stop) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"u8.ToArray(), stop);
            await stream.FlushAsync(stop);
            await Task.Delay(100, stop);
            return false;
        });
        await using var alive = ScriptedServer.Answering();
        await using var gateway = await TestGateway.StartAsync([half.Url, alive.Url]);
        using var http = new HttpClient();
        var failed = 0;
        for (var i = 0; i < 4; i++)
        {
            try
            {
                await http.GetStringAsync(gateway.Url);
            }
            catch (HttpRequestException)
            {
                failed++;
            }
        }

        Assert.Equal(half.Requests, failed);
        Assert.True(failed > 0);
    }

    [Fact]
    public async Task Retries_off_means_the_first_failure_is_the_answer()
    {
        await using var gateway = await TestGateway.StartAsync(
            [$"http://127.0.0.1:{DeadPort()}", $"http://127.0.0.1:{DeadPort()}"], options: o => o.Retry.MaxAttempts = 0);
        using var http = new HttpClient();
        using var answer = await http.GetAsync(gateway.Url);
        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Equal(1, gateway.Servers.All.Sum(s => s.Health.ConsecutiveFailures));
    }

    [Fact]
    public async Task An_ejected_server_comes_back_through_slow_start_once_it_listens()
    {
        var port = DeadPort();
        await using var gateway = await TestGateway.StartAsync(
            [$"http://127.0.0.1:{port}"],
            limit: 100,
            options: o =>
            {
                o.Ejection.Failures = 1;
                o.Ejection.ProbeInterval = TimeSpan.FromMilliseconds(50);
                o.Ejection.MaxProbeInterval = TimeSpan.FromMilliseconds(50);
                o.Ejection.SlowStart = TimeSpan.FromMinutes(1);
                o.Retry.MaxAttempts = 0;
            });
        using var http = new HttpClient();
        using (var refused = await http.GetAsync(gateway.Url))
            Assert.Equal(HttpStatusCode.BadGateway, refused.StatusCode);
        Assert.True(Server(gateway, port).Health.IsEjected);

        // Requests wait for the server instead of failing.
        var waiting = http.GetStringAsync(gateway.Url);
        await using var back = new ScriptedServer(
            async (_, stream, stop) =>
            {
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray(), stop);
                return true;
            },
            port);

        Assert.Equal("ok", await waiting.WaitAsync(TimeSpan.FromSeconds(60)));
        Assert.False(Server(gateway, port).Health.IsEjected);
        Assert.InRange(Server(gateway, port).Limit, 10, 60);
    }

    private static ServerSlots Server(TestGateway gateway, int port) => gateway.Servers.GetOrAdd($"http://127.0.0.1:{port}");

    private static int DeadPort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
