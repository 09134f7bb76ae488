using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using Weir.Gateway.Telemetry;

namespace Weir.Gateway.Admin;

/// <summary>
/// Runs the management listener as a small application of its own: it starts before every other service, so that probes
/// get an answer while the gateway starts, and ends after them, so that they get one while it drains. Nothing of it can be
/// reached through the proxy's listeners.
/// </summary>
internal sealed class ManagementService(IOptions<ManagementOptions> options, IServiceProvider services, ILoggerFactory loggers)
    : IHostedLifecycleService, IAsyncDisposable
{
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(10);
    private WebApplication? _app;

    /// <summary>Where it listens, for example http://127.0.0.1:9090; null when it does not.</summary>
    public string? Address { get; private set; }

    /// <inheritdoc />
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var settings = options.Value;
        if (!settings.Enabled)
            return;
        if (!ManagementAddress.TryParse(settings.Url, out var address))
            throw new StartupException($"{ManagementOptions.Section}:Url is '{settings.Url}', which is no address to listen on.");
        // Measurements before this point are lost, so the listener attaches first.
        services.GetRequiredService<FarmMetrics>();
        _app = Build(settings, address);
        try
        {
            await _app.StartAsync(cancellationToken);
        }
        catch (IOException error)
        {
            throw new StartupException(
                $"{ManagementOptions.Section}:Url is '{settings.Url}', and that address cannot be listened on: {error.GetBaseException().Message}. "
                + $"Choose another port, or set {ManagementOptions.Section}:Enabled to false.", error);
        }

        Address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        AdminLog.Listening(loggers.CreateLogger<ManagementService>(), Address);
    }

    /// <inheritdoc />
    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (_app is null)
            return;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        stop.CancelAfter(StopTime);
        await _app.StopAsync(stop.Token);
    }

    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_app is { } app)
            await app.DisposeAsync();
    }

    private WebApplication Build(ManagementOptions settings, ManagementAddress address)
    {
        // Empty: neither files, environment variables nor arguments of the gateway may move this listener.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "Weir.Management" });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, EmbeddedLifetime>();
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = settings.MaxConnections;
            kestrel.Limits.MaxRequestBodySize = settings.MaxBodyBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = 16 << 10;
            kestrel.Limits.RequestHeadersTimeout = IdleTime;
            // Few connections are allowed: idle ones must not keep the probes out.
            kestrel.Limits.KeepAliveTimeout = IdleTime;
            if (address.Ip is IPAddress ip)
                kestrel.Listen(ip, address.Port);
            else
                kestrel.ListenLocalhost(address.Port);
        });

        var app = builder.Build();
        var guard = services.GetRequiredService<ManagementGuard>();
        app.Use(next => context => guard.InvokeAsync(context, next));
        app.UseRouting();
        services.GetRequiredService<ManagementEndpoints>().Map(app);
        return app;
    }
}
