using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weir.Transport.Loops;

namespace Weir.Transport.Tests;

/// <summary>A real Kestrel on the transport, on a free loopback port.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestServer(WebApplication app) => _app = app;

    public IServiceProvider Services => _app.Services;

    public EventLoops Loops => _app.Services.GetRequiredService<EventLoops>();

    public TransportMetrics Metrics => _app.Services.GetRequiredService<TransportMetrics>();

    public IHostApplicationLifetime Lifetime => _app.Lifetime;

    public string Url => _app.Urls.First();

    public IPEndPoint EndPoint => new(IPAddress.Loopback, new Uri(Url).Port);

    public static async Task<TestServer> StartAsync(
        RequestDelegate app, TransportSettings? settings = null, Action<ListenOptions>? listen = null, Action<KestrelServerOptions>? kestrel = null, bool stock = false,
        IAcceptFilter? filter = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(10));
        if (!stock)
            builder.Services.AddEpollTransport(_ => settings ?? new TransportSettings(Loops: 2));
        if (filter is not null)
            builder.Services.AddSingleton(filter);
        builder.WebHost.ConfigureKestrel(options =>
        {
            if (kestrel is not null)
                kestrel(options);
            else
                options.Listen(IPAddress.Loopback, 0, endPoint => listen?.Invoke(endPoint));
        });
        var host = builder.Build();
        host.Run(app);
        await host.StartAsync();
        return new TestServer(host);
    }

    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(EndPoint);
        return socket;
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await _app.StopAsync(timeout.Token);
        await _app.DisposeAsync();
    }
}
