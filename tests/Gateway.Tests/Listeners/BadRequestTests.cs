using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Weir.Gateway.Control.Publish;
using Weir.Gateway.Listeners;
using Weir.Policies.Contracts;
using Weir.Policies.Jail;

namespace Weir.Gateway.Tests.Listeners;

/// <summary>What never becomes a request: Kestrel answers it itself, and a jail hears of it all the same.</summary>
public sealed class BadRequestTests
{
    public static readonly TheoryData<TransportKind> Kinds = GateTests.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_Kestrels_parser_refuses_is_an_offence_of_the_connections_peer(TransportKind kind)
    {
        var offences = new SeenOffences();
        await using var server = await EdgeServer.StartAsync(kind, more: s => Watch(s, offences, Counting()));
        Assert.StartsWith("HTTP/1.1 400", await SayAsync(server, "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 400", await SayAsync(server, "GET / HTTP/1.1\r\nHost a\r\n\r\n"), StringComparison.Ordinal);
        await SayAsync(server, "GET / HTTP/1.1\r\nHost: a\r\nX: " + new string('x', 40_000) + "\r\n\r\n");
        await offences.CountAsync(3);
        Assert.Equal(Enumerable.Repeat("127.0.0.1 direct BadRequest unreadable_request", 3), offences.Seen);
        Assert.NotNull(await server.AskAsync());
        Assert.Equal(3, offences.Seen.Count);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Slow_headers_are_an_offence_of_another_kind(TransportKind kind)
    {
        var offences = new SeenOffences();
        await using var server = await EdgeServer.StartAsync(kind, more: s =>
        {
            Watch(s, offences, Counting());
            s.Configure<Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions>(k => k.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(1));
        });
        Assert.StartsWith("HTTP/1.1 408", await SayAsync(server, "GET / HTTP/1.1\r\nHost: a\r\n"), StringComparison.Ordinal);
        await offences.CountAsync(1);
        Assert.Equal(["127.0.0.1 direct Connection request_timeout"], offences.Seen);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Behind_a_proxy_it_counts_for_the_client_that_PROXY_names_and_never_for_a_trusted_one(TransportKind kind)
    {
        var offences = new SeenOffences();
        await using var server = await EdgeServer.StartAsync(
            kind,
            new() { ["Weir:ClientAddress:ProxyProtocol:Endpoints:0"] = "Edge", ["Weir:ClientAddress:ProxyProtocol:From:0"] = "127.0.0.1" },
            s => Watch(s, offences, Counting()));
        await SayAsync(server, "PROXY UNKNOWN\r\nGET  / HTTP/1.1\r\n\r\n");
        await SayAsync(server, "PROXY TCP4 192.0.2.1 198.51.100.1 56324 443\r\nGET  / HTTP/1.1\r\n\r\n");
        await offences.CountAsync(1);
        Assert.Equal(["192.0.2.1 proxied BadRequest unreadable_request"], offences.Seen);
    }

    [Fact]
    public async Task Only_a_jail_that_counts_them_is_listened_for_and_a_reload_changes_that()
    {
        var offences = new SeenOffences();
        var options = new PublishedOptions<JailOptions>(new JailOptions());
        await using var server = await EdgeServer.StartAsync(TransportKind.Epoll, more: s => Watch(s, offences, options));
        var events = server.Services.GetRequiredService<System.Diagnostics.DiagnosticListener>();
        Assert.False(events.IsEnabled("Microsoft.AspNetCore.Server.Kestrel.BadRequest"));
        await SayAsync(server, "GET  / HTTP/1.1\r\n\r\n");
        options.Take(Counting().CurrentValue);
        options.Tell();
        Assert.True(events.IsEnabled("Microsoft.AspNetCore.Server.Kestrel.BadRequest"));
        Assert.False(events.IsEnabled("Microsoft.AspNetCore.Hosting.HttpRequestIn"));
        await SayAsync(server, "GET  / HTTP/1.1\r\n\r\n");
        await offences.CountAsync(1);
        options.Take(new JailOptions());
        options.Tell();
        await SayAsync(server, "GET  / HTTP/1.1\r\n\r\n");
        Assert.Single(offences.Seen);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_peer_that_may_not_speak_PROXY_and_does_is_an_offender_and_a_listed_one_never(TransportKind kind)
    {
        var offences = new SeenOffences();
        Dictionary<string, string?> Settings(string from) =>
            new() { ["Weir:ClientAddress:ProxyProtocol:Endpoints:0"] = "Edge", ["Weir:ClientAddress:ProxyProtocol:From:0"] = from };
        await using (var server = await EdgeServer.StartAsync(kind, Settings("127.0.0.1"), s => s.AddSingleton<IOffences>(offences)))
            Assert.Null(await server.AskAsync(Encoding.ASCII.GetBytes("PROXY NONSENSE\r\n")));
        Assert.Empty(offences.Seen);
        await using (var server = await EdgeServer.StartAsync(kind, Settings("127.0.0.9"), s => s.AddSingleton<IOffences>(offences)))
            Assert.Null(await server.AskAsync(ProxyHeaders.V1("PROXY TCP4 192.0.2.1 198.51.100.1 56324 443")));
        Assert.Equal(["127.0.0.1 direct Connection proxy_header"], offences.Seen);
    }

    private static PublishedOptions<JailOptions> Counting()
    {
        var options = new JailOptions();
        options.Jails["bad"] = new JailSettings { Offences = [OffenceKind.BadRequest, OffenceKind.Connection] };
        return new PublishedOptions<JailOptions>(options);
    }

    private static void Watch(IServiceCollection services, SeenOffences offences, PublishedOptions<JailOptions> jails) => services
        .AddSingleton<IOffences>(offences)
        .AddSingleton<IOptionsMonitor<JailOptions>>(jails)
        .AddHostedService<BadRequestWatch>();

    /// <summary>Everything that comes back until the connection ends.</summary>
    private static async Task<string> SayAsync(EdgeServer server, string text)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.EndPoint, patience.Token);
        var answer = new StringBuilder();
        try
        {
            await socket.SendAsync(Encoding.ASCII.GetBytes(text), patience.Token);
            var buffer = new byte[4096];
            while (await socket.ReceiveAsync(buffer, patience.Token) is > 0 and var count)
                answer.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }
        catch (SocketException)
        {
            // Kestrel closes with bytes of ours unread: what it had said may be lost with the reset.
        }

        return answer.ToString();
    }
}
