using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Weir.Gateway.Listeners;
using Weir.Gateway.Tests.Control;
using Weir.Policies.Contracts;

namespace Weir.Gateway.Tests.Listeners;

/// <summary>Gates on both transports.</summary>
public sealed class GateTests
{
    public static readonly TheoryData<TransportKind> Kinds = [TransportKind.Epoll, TransportKind.Sockets];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_connection_is_asked_about_once_and_told_to_be_closed_once(TransportKind kind)
    {
        var gate = new Gate("one");
        await using var server = await EdgeServer.StartAsync(kind, more: s => s.AddSingleton<IConnectionGate>(gate));
        using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            await socket.ConnectAsync(server.EndPoint);
            for (var i = 0; i < 3; i++)
                Assert.Equal("127.0.0.1 direct counted http", await EdgeServer.AskAsync(socket));
            Assert.Equal(1, gate.Inside);
        }

        await gate.AllClosedAsync();
        Assert.Equal([(IPAddress.Loopback, 0x7F000001UL)], gate.Asked);
        Assert.Equal([true], gate.Direct);
        Assert.Equal(1, gate.Closed);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_end_of_a_connection_that_a_gate_has_not_counted_is_not_told_to_it(TransportKind kind)
    {
        var (first, second) = (new Gate("first") { Counts = false }, new Gate("second"));
        await using var server = await EdgeServer.StartAsync(kind, more: s => s.AddSingleton<IConnectionGate>(first).AddSingleton<IConnectionGate>(second));
        for (var i = 0; i < 3; i++)
            Assert.NotNull(await server.AskAsync());
        await second.AllClosedAsync();
        Assert.Equal((3, 0), (first.Asked.Count, first.Closed));
        Assert.Equal(3, second.Closed);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_first_no_closes_and_those_who_said_yes_are_told(TransportKind kind)
    {
        var (first, second, third) = (new Gate("first"), new Gate("second") { Allows = false }, new Gate("third"));
        await using var server = await EdgeServer.StartAsync(
            kind, more: s => s.AddSingleton<IConnectionGate>(first).AddSingleton<IConnectionGate>(second).AddSingleton<IConnectionGate>(third));
        using var metrics = server.Metrics();

        for (var i = 0; i < 5; i++)
            Assert.Null(await server.AskAsync());

        await first.AllClosedAsync();
        Assert.Equal((5, 5), (first.Asked.Count, first.Closed));
        Assert.Equal((5, 0), (second.Asked.Count, second.Closed));
        Assert.Empty(third.Asked);
        Assert.Equal(5, metrics["weir.connections.refused gate=second at=connection"]);
        second.Allows = true;
        Assert.NotNull(await server.AskAsync());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Trusted_proxies_are_not_asked_about(TransportKind kind)
    {
        var gate = new Gate("no") { Allows = false };
        await using var server = await EdgeServer.StartAsync(
            kind, new() { ["Weir:ClientAddress:TrustedProxies:0"] = "127.0.0.0/8" }, s => s.AddSingleton<IConnectionGate>(gate));
        Assert.Equal("127.0.0.1 direct trusted http", await server.AskAsync());
        Assert.Empty(gate.Asked);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_refused_client_does_not_come_to_its_TLS_handshake(TransportKind kind)
    {
        using var directory = new ConfigurationDirectory();
        var gate = new Gate("no") { Allows = false };
        await using var server = await EdgeServer.StartAsync(
            kind,
            new()
            {
                ["Kestrel:Endpoints:Tls:Url"] = "https://127.0.0.1:0",
                ["Kestrel:Endpoints:Tls:Certificate:Path"] = EdgeServer.Certificate(directory),
                ["Kestrel:Endpoints:Tls:Certificate:Password"] = "p",
            },
            s => s.AddSingleton<IConnectionGate>(gate));
        Assert.True(await Record.ExceptionAsync(() => HandshakeAsync(server)) is IOException or SocketException);
        Assert.Single(gate.Asked);
        gate.Allows = true;
        await HandshakeAsync(server);
        Assert.Equal(2, gate.Asked.Count);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Addresses_of_the_command_line_are_guarded_as_well(TransportKind kind)
    {
        var gate = new Gate("no") { Allows = false };
        await using var server = await EdgeServer.StartAsync(kind, new() { ["urls"] = "http://127.0.0.1:0" }, s => s.AddSingleton<IConnectionGate>(gate));
        Assert.Null(await server.AskAsync());
        Assert.Single(gate.Asked);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_endpoint_is_guarded_and_each_way_to_write_localhost(TransportKind kind)
    {
        var gate = new Gate("no") { Allows = false };
        await using var server = await EdgeServer.StartAsync(
            kind,
            new() { ["Kestrel:Endpoints:A:Url"] = "http://127.0.0.1:0", ["Kestrel:Endpoints:B:Url"] = "http://*:0", ["Kestrel:Endpoints:C:Url"] = "http://[::1]:0" },
            s => s.AddSingleton<IConnectionGate>(gate));
        foreach (var url in server.Urls.Select(u => new Uri(u)))
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            var host = url.Host.Contains("::1", StringComparison.Ordinal) ? IPAddress.IPv6Loopback : IPAddress.Loopback;
            await Assert.ThrowsAsync<SocketException>(async () =>
            {
                await socket.ConnectAsync(host, url.Port);
                Assert.Null(await EdgeServer.AskAsync(socket));
                throw new SocketException((int)SocketError.ConnectionReset);
            });
        }

        Assert.Equal(3, gate.Asked.Count);
        Assert.All(gate.Asked, asked => Assert.True(asked.Client.Equals(IPAddress.Loopback) || asked.Client.Equals(IPAddress.IPv6Loopback)));
    }

    [Fact]
    public async Task A_banned_peer_is_reset_at_accept_and_a_trusted_proxy_never()
    {
        var bans = new Bans();
        await using var server = await EdgeServer.StartAsync(
            TransportKind.Epoll,
            new() { ["Weir:ClientAddress:TrustedProxies:0"] = "127.0.0.2" },
            s => s.AddSingleton<IBans>(bans));
        using var metrics = server.Metrics();
        Assert.NotNull(await server.AskAsync());
        bans.Add("127.0.0.0/8");
        Assert.Null(await server.AskAsync());
        Assert.Equal(1, metrics["weir.connections.refused gate=jail at=accept"]);
        Assert.Equal(1, metrics["weir.transport.accepted"]);

        using var proxy = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        proxy.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        await proxy.ConnectAsync(server.EndPoint);
        Assert.Equal("127.0.0.2 direct trusted http", await EdgeServer.AskAsync(proxy));
    }

    private static async Task HandshakeAsync(EdgeServer server)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(server.EndPoint);
        await using var tls = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false, (_, peer, _, _) => peer?.Subject == "CN=localhost");
        await tls.AuthenticateAsClientAsync("localhost").WaitAsync(TimeSpan.FromSeconds(60));
    }
}
