using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Weir.Transport.Server;

namespace Weir.Transport.Tests;

public sealed class ListenerTests
{
    private const string Get = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";

    [Fact]
    public async Task A_port_that_somebody_listens_on_is_an_error()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();

        var error = await Assert.ThrowsAsync<IOException>(() =>
            TestServer.StartAsync(HttpTests.Echo, kestrel: options => options.Listen((IPEndPoint)other.LocalEndPoint!)));

        Assert.IsType<AddressInUseException>(error.InnerException);
    }

    [Fact]
    public async Task A_port_that_another_server_of_this_transport_listens_on_is_an_error()
    {
        await using var first = await TestServer.StartAsync(HttpTests.Echo);

        await Assert.ThrowsAsync<IOException>(() => TestServer.StartAsync(HttpTests.Echo, kestrel: options => options.Listen(first.EndPoint)));
    }

    [Fact]
    public async Task Every_loop_listens_on_the_port_that_was_chosen()
    {
        await using var server = await TestServer.StartAsync(
            context => context.Response.WriteAsync(Loops.EventLoop.Current?.Index.ToString() ?? "none"), new TransportSettings(Loops: 4));

        // A bound one per loop, so without one of them the kernel would hand out connections that nobody accepts.
        for (var i = 0; i < 64; i++)
        {
            using var socket = await server.ConnectAsync();
            await socket.SendAsync(Get);
            await socket.ReadResponseAsync(head: true);
        }
    }

    [Fact]
    public async Task Ipv6_is_served_and_the_wildcard_takes_ipv4_as_well()
    {
        await using var server = await TestServer.StartAsync(
            async context =>
            {
                var address = Encoding.ASCII.GetBytes(context.Connection.RemoteIpAddress!.ToString());
                context.Response.ContentLength = address.Length;
                await context.Response.Body.WriteAsync(address);
            },
            kestrel: options => options.Listen(IPAddress.IPv6Loopback, 0));
        using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.IPv6Loopback, server.EndPoint.Port));
        await socket.SendAsync(Get);

        Assert.Equal("::1", Encoding.ASCII.GetString((await socket.ReadResponseAsync()).Body));
    }

    [Fact]
    public async Task A_unix_socket_is_served_and_its_file_removed()
    {
        var path = Path.Combine(Path.GetTempPath(), $"weir-{Guid.NewGuid():N}.sock");
        await using (await TestServer.StartAsync(HttpTests.Echo, kestrel: options => options.ListenUnixSocket(path)))
        {
            for (var i = 0; i < 10; i++)
            {
                using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
                await socket.SendAsync(Get);
                Assert.Equal("/a"u8.ToArray(), (await socket.ReadResponseAsync()).Body);
            }
        }

        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task What_the_transport_does_not_take_is_left_to_the_stock_one()
    {
        await using var server = await TestServer.StartAsync(HttpTests.Echo);
        var factories = server.Services.GetServices<IConnectionListenerFactory>().ToList();

        Assert.IsType<EpollListenerFactory>(factories[^1]);
        Assert.True(factories.Count > 1);
        Assert.False(((IConnectionListenerFactorySelector)factories[^1]).CanBind(new FileHandleEndPoint(0, FileHandleType.Tcp)));
        Assert.False(((IConnectionListenerFactorySelector)factories[^1]).CanBind(new DnsEndPoint("localhost", 1)));
    }

    [Fact]
    public async Task Above_the_bound_of_connections_accepting_waits_for_one_to_close()
    {
        await using var server = await TestServer.StartAsync(HttpTests.Echo, new TransportSettings(Loops: 2, MaxConnections: 3));
        using var pauses = new Pauses();
        var open = new List<Socket>();
        for (var i = 0; i < 3; i++)
        {
            open.Add(await server.ConnectAsync());
            await open[i].SendAsync(Get);
            await open[i].ReadResponseAsync();
        }

        using var late = await server.ConnectAsync();
        await late.SendAsync(Get);
        var answer = late.ReadResponseAsync();
        await Wire.UntilAsync(() => pauses.Of("limit") > 0, "a pause is counted");
        Assert.False(answer.IsCompleted);
        Assert.Equal(3, server.Metrics.Open);

        open[0].Dispose();

        Assert.Equal("/a"u8.ToArray(), (await answer).Body);
        foreach (var socket in open)
            socket.Dispose();
    }

    [Fact]
    public async Task A_listener_survives_a_failure_while_it_accepts()
    {
        await using var server = await TestServer.StartAsync(HttpTests.Echo, new TransportSettings(Loops: 1, MaxConnections: 1));
        var meters = server.Services.GetRequiredService<IMeterFactory>();
        var failed = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, it) =>
        {
            if (instrument.Name == "weir.transport.accepted" && instrument.Meter.Scope == meters)
                it.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) =>
        {
            if (Interlocked.Increment(ref failed) == 1)
                throw new InvalidOperationException("A bug.");
        });
        listener.Start();
        using var lost = await server.ConnectAsync();
        Assert.Empty(await lost.ReadToEndAsync());

        // With the one place for connections that it had taken.
        using var next = await server.ConnectAsync();
        await next.SendAsync(Get);
        Assert.Equal("/a"u8.ToArray(), (await next.ReadResponseAsync()).Body);
        Assert.Equal(1, server.Metrics.Open);
    }

    [Fact]
    public async Task A_full_accept_queue_pauses_accepting_until_it_is_taken_from()
    {
        await using var server = await TestServer.StartAsync(HttpTests.Echo, new TransportSettings(Loops: 2, AcceptQueue: 4));
        using var pauses = new Pauses();
        var factory = server.Services.GetServices<IConnectionListenerFactory>().OfType<EpollListenerFactory>().Single();
        await using var listener = await factory.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        var clients = new List<Socket>();
        for (var i = 0; i < 20; i++)
        {
            clients.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            await clients[i].ConnectAsync(listener.EndPoint);
        }

        await Wire.UntilAsync(() => pauses.Of("queue") > 0, "a pause is counted");
        Assert.Equal(4, server.Metrics.Open);

        for (var i = 0; i < 20; i++)
        {
            var connection = await listener.AcceptAsync().AsTask().WaitAsync(Wire.Patience);
            await connection!.DisposeAsync();
        }

        var rest = listener.AcceptAsync().AsTask();
        await listener.UnbindAsync();
        Assert.Null(await rest.WaitAsync(Wire.Patience));
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task What_throws_at_the_end_of_a_connection_is_logged()
    {
        await using var server = await TestServer.StartAsync(HttpTests.Echo, new TransportSettings(Loops: 1));
        var lines = new Lines();
        using var factory = new EpollListenerFactory(new TransportSettings(Loops: 1), server.Metrics, server.Loops, TimeProvider.System, lines);
        await using var listener = await factory.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.EndPoint);
        var connection = await listener.AcceptAsync();
        connection!.ConnectionClosed.Register(() => throw new InvalidOperationException("A bug."));

        await connection.DisposeAsync();

        await Wire.UntilAsync(() => lines.All.Any(line => line is { Level: LogLevel.Error, Error: AggregateException }), "it is logged");
    }

    [Fact]
    public async Task Unbinding_hands_out_what_was_in_the_backlog_and_leaves_connections_alone()
    {
        await using var server = await TestServer.StartAsync(HttpTests.Echo, new TransportSettings(Loops: 1));
        var factory = server.Services.GetServices<IConnectionListenerFactory>().OfType<EpollListenerFactory>().Single();
        await using var listener = await factory.BindAsync(new IPEndPoint(IPAddress.Loopback, 0));
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.EndPoint);

        await listener.UnbindAsync();
        var connection = await listener.AcceptAsync();

        Assert.NotNull(connection);
        Assert.Null(await listener.AcceptAsync());
        await client.SendAsync("hello");
        var read = await connection.Transport.Input.ReadAsync();
        Assert.Equal(5, read.Buffer.Length);
        await connection.DisposeAsync();
    }
}
