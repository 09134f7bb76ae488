using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Weir.Transport.Tests;

public sealed class AcceptFilterTests
{
    private const string Get = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";

    [Fact]
    public async Task A_peer_that_is_turned_away_gets_a_reset_and_no_connection_is_made()
    {
        var filter = new Filter { IsActive = true };
        await using var server = await TestServer.StartAsync(HttpTests.Echo, filter: filter);

        for (var i = 0; i < 200; i++)
        {
            await AssertResetAsync(server.EndPoint);
        }

        Assert.Equal(0, server.Metrics.Open);
        Assert.Equal(200, filter.Asked.Count);
        Assert.All(filter.Asked, peer => Assert.Equal(IPAddress.Loopback, peer));
        filter.Allows = true;
        using var welcome = await server.ConnectAsync();
        await welcome.SendAsync(Get);
        await welcome.ReadResponseAsync();
    }

    [Fact]
    public async Task A_filter_that_is_not_active_is_not_asked()
    {
        var filter = new Filter();
        await using var server = await TestServer.StartAsync(HttpTests.Echo, filter: filter);

        using var socket = await server.ConnectAsync();
        await socket.SendAsync(Get);
        await socket.ReadResponseAsync();

        Assert.Empty(filter.Asked);
    }

    [Fact]
    public async Task Those_who_are_turned_away_take_no_room_of_the_bounds()
    {
        var filter = new Filter { IsActive = true };
        await using var server = await TestServer.StartAsync(HttpTests.Echo, new TransportSettings(Loops: 1, AcceptQueue: 2, MaxConnections: 2), filter: filter);

        for (var i = 0; i < 20; i++)
        {
            await AssertResetAsync(server.EndPoint);
        }

        filter.Allows = true;
        using var first = await server.ConnectAsync();
        using var second = await server.ConnectAsync();
        foreach (var socket in new[] { first, second })
        {
            await socket.SendAsync(Get);
            await socket.ReadResponseAsync();
        }
    }

    [Fact]
    public async Task A_peer_of_IPv4_on_an_IPv6_listener_is_asked_about_by_its_IPv4_address()
    {
        var filter = new Filter { IsActive = true };
        await using var server = await TestServer.StartAsync(HttpTests.Echo, kestrel: options => options.Listen(IPAddress.IPv6Any, 0), filter: filter);

        await AssertResetAsync(new IPEndPoint(IPAddress.Loopback, new Uri(server.Url).Port));
        await AssertResetAsync(new IPEndPoint(IPAddress.IPv6Loopback, new Uri(server.Url).Port));

        Assert.Equal([IPAddress.Loopback, IPAddress.IPv6Loopback], filter.Asked);
    }

    [Fact]
    public async Task A_filter_that_throws_lets_the_peer_in()
    {
        var filter = new Filter { IsActive = true, Throws = true };
        await using var server = await TestServer.StartAsync(HttpTests.Echo, filter: filter);

        using var socket = await server.ConnectAsync();
        await socket.SendAsync(Get);
        await socket.ReadResponseAsync();
    }

    // The reset may come before the connection is seen to be open.
    private static async Task AssertResetAsync(IPEndPoint server)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        var error = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            await socket.ConnectAsync(server);
            await socket.ReceiveAsync(new byte[1]).WaitAsync(Wire.Patience);
        });
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
    }

    private sealed class Filter : IAcceptFilter
    {
        public ConcurrentQueue<IPAddress> Asked { get; } = [];

        public bool Allows { get; set; }

        public bool Throws { get; set; }

        public bool IsActive { get; set; }

        public bool Admits(IPAddress peer)
        {
            Asked.Enqueue(peer);
            return Throws ? throw new InvalidOperationException("broken") : Allows;
        }
    }
}
