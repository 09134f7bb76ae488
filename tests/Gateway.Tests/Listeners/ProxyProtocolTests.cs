using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Weir.Gateway.Listeners;
using Weir.Gateway.Tests.Control;
using Weir.Policies.Contracts;

namespace Weir.Gateway.Tests.Listeners;

/// <summary>The PROXY protocol on both transports.</summary>
public sealed class ProxyProtocolTests
{
    public static readonly TheoryData<TransportKind> Kinds = GateTests.Kinds;

    private static readonly byte[] V1 = ProxyHeaders.V1("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443");
    private static readonly byte[] V2 = ProxyHeaders.V2(0x21, 0x11, ProxyHeaders.Addresses("192.0.2.2", "198.51.100.1"));

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_client_is_whom_a_listed_peer_names(TransportKind kind)
    {
        var gate = new Gate("all");
        await using var server = await EdgeServer.StartAsync(kind, Speaking(), s => s.AddSingleton<IConnectionGate>(gate));
        Assert.Equal("192.0.2.1 proxied counted http", await server.AskAsync(V1));
        Assert.Equal("192.0.2.2 proxied counted http", await server.AskAsync(V2));
        Assert.Equal("2001:db8::1 proxied counted http", await server.AskAsync(ProxyHeaders.V2(0x21, 0x21, ProxyHeaders.Addresses("2001:db8::1", "::1"))));
        Assert.Equal("127.0.0.1 direct trusted http", await server.AskAsync(ProxyHeaders.V1("PROXY UNKNOWN")));
        Assert.Equal("127.0.0.1 direct trusted http", await server.AskAsync(ProxyHeaders.V2(0x20, 0, [])));
        Assert.Equal("none proxied trusted http", await server.AskAsync(ProxyHeaders.V2(0x21, 0x31, new byte[216])));
        // The gates judge the client, and not the load balancer.
        await gate.AllClosedAsync();
        Assert.Equal(["192.0.2.1", "192.0.2.2", "2001:db8::1"], gate.Asked.Select(a => a.Client.ToString()));
        Assert.All(gate.Direct, Assert.False);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_refused_client_is_closed_though_its_load_balancer_is_listed(TransportKind kind)
    {
        await using var server = await EdgeServer.StartAsync(kind, Speaking(), s => s.AddSingleton<IConnectionGate>(new Gate("no") { Allows = false }));
        Assert.Null(await server.AskAsync(V1));
        Assert.NotNull(await server.AskAsync(ProxyHeaders.V1("PROXY UNKNOWN")));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_kept_connection_keeps_its_client_and_a_header_may_come_in_pieces(TransportKind kind)
    {
        await using var server = await EdgeServer.StartAsync(kind, Speaking());
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server.EndPoint);
        foreach (var part in V2.Chunk(5))
        {
            await socket.SendAsync(part);
            await Task.Delay(5);
        }

        for (var i = 0; i < 3; i++)
            Assert.Equal("192.0.2.2 proxied counted http", await EdgeServer.AskAsync(socket));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_peer_that_is_not_listed_is_closed_whatever_it_sends(TransportKind kind)
    {
        await using var server = await EdgeServer.StartAsync(kind, Speaking(from: "192.0.2.0/24"));
        using var metrics = server.Metrics();
        Assert.Null(await server.AskAsync(V1));
        Assert.Null(await server.AskAsync());
        Assert.Equal(2, metrics["weir.proxy_protocol.refused reason=not_listed"]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_is_no_header_closes_the_connection_and_counts(TransportKind kind)
    {
        await using var server = await EdgeServer.StartAsync(kind, Speaking());
        using var metrics = server.Metrics();
        Assert.Null(await server.AskAsync());
        Assert.Null(await server.AskAsync("PROXY TCP4 1 2 3 4\r\n"u8.ToArray()));
        Assert.Null(await server.AskAsync(Encoding.ASCII.GetBytes("PROXY UNKNOWN " + new string('x', 200))));
        Assert.Null(await server.AskAsync(ProxyHeaders.V2(0x21, 0x12, new byte[12])));
        Assert.Null(await server.AskAsync(ProxyHeaders.V2(0x21, 0x11, [.. V2[16..], .. ProxyHeaders.Field(3, 1, 2, 3, 4)])));
        Assert.Equal(2, metrics["weir.proxy_protocol.refused reason=malformed"]);
        Assert.Equal(1, metrics["weir.proxy_protocol.refused reason=too_long"]);
        Assert.Equal(1, metrics["weir.proxy_protocol.refused reason=datagram"]);
        Assert.Equal(1, metrics["weir.proxy_protocol.refused reason=checksum"]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_header_that_does_not_come_in_time_closes_the_connection(TransportKind kind)
    {
        var settings = Speaking();
        settings["Weir:ClientAddress:ProxyProtocol:HeaderTimeout"] = "00:00:00.200";
        await using var server = await EdgeServer.StartAsync(kind, settings);
        using var metrics = server.Metrics();
        foreach (var start in new[] { [], V2[..20] })
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(server.EndPoint);
            if (start.Length > 0)
                await socket.SendAsync(start);
            await AssertClosedAsync(socket);
        }

        Assert.Equal(2, metrics["weir.proxy_protocol.refused reason=timeout"]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_peer_that_only_looks_whether_the_port_is_open_is_not_counted(TransportKind kind)
    {
        await using var server = await EdgeServer.StartAsync(kind, Speaking());
        using var metrics = server.Metrics();
        foreach (var start in new[] { [], V2[..20] })
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(server.EndPoint);
            if (start.Length > 0)
                await socket.SendAsync(start);
            socket.Shutdown(SocketShutdown.Send);
            await AssertClosedAsync(socket);
        }

        Assert.Equal(1, metrics["weir.proxy_protocol.refused reason=ended"]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Only_named_endpoints_speak_it(TransportKind kind)
    {
        var settings = Speaking();
        settings["Kestrel:Endpoints:Edge:Url"] = "http://127.0.0.1:0";
        settings["Kestrel:Endpoints:Other:Url"] = "http://localhost:" + FreePort();
        settings["Weir:ClientAddress:ProxyProtocol:Endpoints:0"] = "other";
        await using var server = await EdgeServer.StartAsync(kind, settings);
        Assert.Equal("127.0.0.1 direct trusted http", await server.AskAsync());
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, server.Urls.Select(u => new Uri(u)).Single(u => u.Host == "localhost").Port);
        Assert.Equal("192.0.2.1 proxied counted http", await EdgeServer.AskAsync(socket, V1));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_header_comes_before_TLS(TransportKind kind)
    {
        using var directory = new ConfigurationDirectory();
        var settings = Speaking();
        settings["Kestrel:Endpoints:Edge:Url"] = "https://127.0.0.1:0";
        settings["Kestrel:Endpoints:Edge:Certificate:Path"] = EdgeServer.Certificate(directory);
        settings["Kestrel:Endpoints:Edge:Certificate:Password"] = "p";
        await using var server = await EdgeServer.StartAsync(kind, settings);
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(server.EndPoint);
        await tcp.GetStream().WriteAsync(V2);
        await using var tls = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false, (_, peer, _, _) => peer?.Subject == "CN=localhost");
        await tls.AuthenticateAsClientAsync("localhost").WaitAsync(TimeSpan.FromSeconds(60));
        await tls.WriteAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"u8.ToArray());
        using var reader = new StreamReader(tls);
        Assert.Contains("192.0.2.2 proxied counted https", await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_that_Kestrel_does_not_have_is_a_fault()
    {
        const string kestrel = """ "Kestrel": {"Endpoints": {"Http": {"Url": "http://127.0.0.1:0"}}} """;
        Assert.Equal(
            ["Weir:ClientAddress:ProxyProtocol:Endpoints:0 is 'Htp', which Kestrel:Endpoints does not have; the nearest endpoint is 'Http'."],
            await Compilation.ErrorsOfAsync($$$"""{ {{{kestrel}}}, "Weir": {"ClientAddress": {"ProxyProtocol": {"Endpoints": ["Htp"], "From": ["10.0.0.1"]} } } }"""));
        Assert.Empty(await Compilation.ErrorsOfAsync($$$"""{ {{{kestrel}}}, "Weir": {"ClientAddress": {"ProxyProtocol": {"Endpoints": ["http"], "From": ["10.0.0.1"]} } } }"""));
        Assert.Empty(await Compilation.ErrorsOfAsync("""{"Weir": {"ClientAddress": {"ProxyProtocol": {"Endpoints": ["*"], "From": ["10.0.0.1"]} } } }"""));
    }

    private static Dictionary<string, string?> Speaking(string from = "127.0.0.1") => new()
    {
        ["Weir:ClientAddress:ProxyProtocol:Endpoints:0"] = "*",
        ["Weir:ClientAddress:ProxyProtocol:From:0"] = from,
    };

    private static async Task AssertClosedAsync(Socket socket)
    {
        try
        {
            Assert.Equal(0, await socket.ReceiveAsync(new byte[1]).WaitAsync(TimeSpan.FromSeconds(60)));
        }
        catch (SocketException error)
        {
            Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
