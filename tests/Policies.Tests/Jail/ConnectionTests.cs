using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Weir.Policies.Contracts;
using Weir.Policies.Jail;

namespace Weir.Policies.Tests.Jail;

/// <summary>What becomes of a banned client's connection, by a real server.</summary>
public sealed class ConnectionTests
{
    [Theory]
    [InlineData("2.0", 444)]
    [InlineData("2.0", 403)]
    [InlineData("1.1", 444)]
    [InlineData("1.1", 403)]
    public async Task A_banned_clients_connection_does_not_go_on(string version, int status)
    {
        using var cell = new Cell(o => o.Status = status);
        await using var app = await StartAsync(cell, version);
        var connections = new List<NetworkStream>();
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (context, stop) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(context.DnsEndPoint, stop);
                connections.Add(new NetworkStream(socket, ownsSocket: true));
                return connections[^1];
            },
        };
        using var client = new HttpClient(handler)
        {
            BaseAddress = new Uri(app.Urls.Single()),
            DefaultRequestVersion = Version.Parse(version),
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = TimeSpan.FromSeconds(60),
        };
        Assert.Equal("1", await client.GetStringAsync("/"));
        Assert.Equal("1", await client.GetStringAsync("/"));
        cell.Bans.Add(cell.Ban("127.0.0.1", TimeSpan.FromHours(1)));
        if (status == 444)
            await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("/"));
        else
            Assert.Equal(status, (int)(await client.GetAsync("/")).StatusCode);
        cell.Bans.Remove(IPNetwork.Parse("127.0.0.1/32"), BanOrigin.Operator);
        // The next request needs a connection of its own.
        Assert.Equal("2", await AskAsync(client));
        Assert.Equal(2, connections.Count);
    }

    // The client may learn of the end only with its next request.
    private static async Task<string> AskAsync(HttpClient client)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                return await client.GetStringAsync("/");
            }
            catch (HttpRequestException) when (i < 3)
            {
            }
        }
    }

    private static async Task<WebApplication> StartAsync(Cell cell, string version)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k =>
            k.Listen(IPAddress.Loopback, 0, l => l.Protocols = version == "2.0" ? HttpProtocols.Http2 : HttpProtocols.Http1));
        var app = builder.Build();
        var numbers = new List<string>();
        var pipeline = new ApplicationBuilder(cell.Get<IServiceProvider>());
        pipeline.UseJail();
        pipeline.Run(c =>
        {
            lock (numbers)
            {
                if (!numbers.Contains(c.Connection.Id))
                    numbers.Add(c.Connection.Id);
                return c.Response.WriteAsync($"{numbers.Count}");
            }
        });
        var built = pipeline.Build();
        app.Run(c =>
        {
            c.Features.Set<IClientFeature>(new Loopback());
            return built(c);
        });
        await app.StartAsync();
        return app;
    }

    private sealed class Loopback : IClientFeature
    {
        public ulong ClientKey => 1;

        public IPAddress? Address => IPAddress.Loopback;

        public bool IsDirect => true;

        public bool IsTrusted => false;
    }
}
