using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Hosting;

namespace Weir.Transport.Tests;

/// <summary>The ways in which a connection ends.</summary>
public sealed class EndingTests
{
    private const string Get = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_leaves_while_the_app_waits_aborts_the_request(bool reset)
    {
        var begun = new TaskCompletionSource();
        var aborted = new TaskCompletionSource();
        await using var server = await TestServer.StartAsync(async context =>
        {
            begun.SetResult();
            var wait = Task.Delay(Timeout.Infinite, context.RequestAborted);
            await Task.WhenAny(wait, Task.Delay(10_000));
            if (wait.IsCanceled)
                aborted.SetResult();
        });
        var socket = await server.ConnectAsync();
        await socket.SendAsync(Get);
        await begun.Task.WaitAsync(Wire.Patience);

        if (reset)
            socket.Reset();
        else
            socket.Dispose();

        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await Wire.UntilAsync(() => server.Metrics.Open == 0, "the connection is closed");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_closes_its_side_behind_unread_bytes_while_the_app_waits_aborts_the_request(bool tls)
    {
        var begun = new TaskCompletionSource();
        var aborted = new TaskCompletionSource();
        using var certificate = Certificates.New();
        await using var server = await TestServer.StartAsync(
            async context =>
            {
                context.RequestAborted.Register(() => aborted.TrySetResult());
                begun.SetResult();
                await Task.WhenAny(aborted.Task, Task.Delay(10_000));
            },
            listen: endPoint =>
            {
                if (tls)
                    endPoint.UseHttps(certificate);
            });
        using var socket = await server.ConnectAsync();
        using var network = new NetworkStream(socket);
        using var secure = new SslStream(network, leaveInnerStreamOpen: true, (_, peer, _, _) => peer?.GetCertHashString() == certificate.GetCertHashString());
        if (tls)
            await secure.AuthenticateAsClientAsync("localhost").WaitAsync(Wire.Patience);
        Stream stream = tls ? secure : network;
        await stream.WriteAsync(Encoding.ASCII.GetBytes(Get));
        await begun.Task.WaitAsync(Wire.Patience);

        // What stays unread: with TLS its farewell, otherwise the start of a next request.
        if (tls)
            await secure.ShutdownAsync();
        else
            await stream.WriteAsync("G"u8.ToArray());
        socket.Shutdown(SocketShutdown.Send);

        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_request_that_comes_together_with_the_end_is_answered()
    {
        await using var server = await TestServer.StartAsync(HttpTests.Echo, new TransportSettings(Loops: 1));
        var inside = new TaskCompletionSource();
        using var go = new ManualResetEventSlim();
        // The loop is held, so that it finds both at once.
        server.Loops[0].Post(
            _ =>
            {
                inside.SetResult();
                go.Wait();
            },
            null);
        await inside.Task.WaitAsync(Wire.Patience);
        using var socket = await server.ConnectAsync();
        await socket.SendAsync(Get);
        socket.Shutdown(SocketShutdown.Send);
        go.Set();

        Assert.Equal("/a"u8.ToArray(), (await socket.ReadResponseAsync()).Body);
    }

    [Fact]
    public async Task A_client_that_leaves_in_the_middle_of_the_answer_aborts_the_request()
    {
        var aborted = new TaskCompletionSource();
        await using var server = await TestServer.StartAsync(async context =>
        {
            context.RequestAborted.Register(() => aborted.TrySetResult());
            var block = new byte[64 * 1024];
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(block);
        });
        var socket = await server.ConnectAsync();
        await socket.SendAsync(Get);
        await socket.ReadExactlyAsync(1 << 20);

        socket.Dispose();

        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await Wire.UntilAsync(() => server.Metrics.Open == 0, "the connection is closed");
    }

    [Fact]
    public async Task An_abort_by_the_app_resets_the_connection()
    {
        await using var server = await TestServer.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        using var socket = await server.ConnectAsync();
        await socket.SendAsync(Get);

        var error = await Assert.ThrowsAsync<SocketException>(() => socket.ReadToEndAsync());

        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
        await Wire.UntilAsync(() => server.Metrics.Open == 0, "the connection is closed");
    }

    [Fact]
    public async Task Connection_close_is_answered_and_closed_in_order()
    {
        await using var server = await TestServer.StartAsync(HttpTests.Echo);
        using var socket = await server.ConnectAsync();

        await socket.SendAsync("GET /bye HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        Assert.EndsWith("/bye", Encoding.ASCII.GetString(await socket.ReadToEndAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_still_sends_gets_the_last_answer()
    {
        await using var server = await TestServer.StartAsync(HttpTests.Echo);
        using var socket = await server.ConnectAsync();

        // What cannot be a request is answered and the connection closed.
        await socket.SendAsync("no request at all\r\n\r\n" + new string('x', 100_000));
        for (var i = 0; i < 30; i++)
        {
            await socket.SendAllAsync(new byte[1000]);
            await Task.Delay(5);
        }

        Assert.StartsWith("HTTP/1.1 400", Encoding.ASCII.GetString(await socket.ReadToEndAsync()), StringComparison.Ordinal);
        socket.Shutdown(SocketShutdown.Send);
        await Wire.UntilAsync(() => server.Metrics.Open == 0, "the connection is closed");
    }

    [Fact]
    public async Task A_client_that_never_stops_sending_is_closed_after_the_last_answer()
    {
        await using var server = await TestServer.StartAsync(HttpTests.Echo);
        using var socket = await server.ConnectAsync();

        await socket.SendAsync("no request at all\r\n\r\n" + new string('x', 100_000));
        var error = await Record.ExceptionAsync(async () =>
        {
            while (true)
                await socket.SendAllAsync(new byte[1000]);
        });

        Assert.IsType<SocketException>(error);
        await Wire.UntilAsync(() => server.Metrics.Open == 0, "the connection is closed");
    }

    [Fact]
    public async Task A_stop_lets_a_request_finish_and_closes_idle_connections()
    {
        var begun = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        await using var server = await TestServer.StartAsync(async context =>
        {
            if (context.Request.Path == "/slow")
            {
                begun.SetResult();
                await go.Task;
            }

            await HttpTests.Echo(context);
        });
        using var idle = await server.ConnectAsync();
        await idle.SendAsync(Get);
        await idle.ReadResponseAsync();
        using var busy = await server.ConnectAsync();
        await busy.SendAsync("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
        await begun.Task.WaitAsync(Wire.Patience);

        var stopped = server.StopAsync();
        Assert.Empty(await idle.ReadToEndAsync());
        Assert.False(stopped.IsCompleted);
        go.SetResult();

        Assert.EndsWith("/slow", Encoding.ASCII.GetString(await busy.ReadToEndAsync()), StringComparison.Ordinal);
        await stopped.WaitAsync(Wire.Patience);
        await Assert.ThrowsAsync<SocketException>(server.ConnectAsync);
    }

    [Fact]
    public async Task Connections_that_come_and_go_leave_no_descriptor_behind()
    {
        await using var server = await TestServer.StartAsync(HttpTests.Echo);
        async Task Churn(int count)
        {
            for (var i = 0; i < count; i++)
            {
                using var socket = await server.ConnectAsync();
                switch (i % 4)
                {
                    case 0:
                        await socket.SendAsync(Get);
                        await socket.ReadResponseAsync(head: true);
                        break;
                    case 1:
                        await socket.SendAsync(Get[..10]);
                        break;
                    case 2:
                        await socket.SendAsync(Get);
                        socket.Reset();
                        break;
                }
            }
        }

        await Churn(100);
        await Wire.UntilAsync(() => server.Metrics.Open == 0, "the first connections are closed");
        var before = Descriptors();

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Churn(500)));

        await Wire.UntilAsync(() => server.Metrics.Open == 0, "all connections are closed", 20);
        await Wire.UntilAsync(() => Descriptors() <= before + 20, $"as many descriptors as before ({before})");
    }

    [Fact]
    public async Task Random_requests_sizes_and_ends_break_nothing()
    {
        await using var server = await TestServer.StartAsync(async context =>
        {
            var size = int.Parse(context.Request.Query["size"]!);
            await context.Request.Body.CopyToAsync(Stream.Null);
            context.Response.ContentLength = size;
            await context.Response.Body.WriteAsync(new byte[size]);
        });
        var until = DateTime.UtcNow.AddSeconds(4);
        async Task Client(int seed)
        {
            var random = new Random(seed);
            while (DateTime.UtcNow < until)
            {
                using var socket = await server.ConnectAsync();
                try
                {
                    for (var i = random.Next(1, 6); i > 0; i--)
                    {
                        var (upload, size) = (random.Next(100_000), random.Next(300_000));
                        await socket.SendAsync($"POST /?size={size} HTTP/1.1\r\nHost: a\r\nContent-Length: {upload}\r\n\r\n");
                        var part = random.Next(10) == 0 ? random.Next(upload + 1) : upload;
                        await socket.SendAllAsync(new byte[part]);
                        if (part < upload || random.Next(10) == 0)
                        {
                            if (random.Next(2) == 0)
                                socket.Reset();
                            break;
                        }

                        Assert.Equal(size, (await socket.ReadResponseAsync()).Body.Length);
                    }
                }
                catch (ObjectDisposedException)
                {
                }
            }
        }

        await Task.WhenAll(Enumerable.Range(1, 16).Select(Client));

        await Wire.UntilAsync(() => server.Metrics.Open == 0, "every connection is closed", 20);
    }

    private static int Descriptors() => Directory.GetFiles("/proc/self/fd").Length;
}
