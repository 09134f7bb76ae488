using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Weir.Gateway.Admin.Edge;
using Weir.Gateway.Admin.Facts;
using Weir.Gateway.Telemetry;

namespace Weir.Gateway.Admin;

/// <summary>Registers the management listener, metrics and the gateway's lifetime.</summary>
internal static class ManagementExtensions
{
    /// <summary>
    /// Adds everything of Admin and Telemetry. Options come from <c>Weir:Management</c>, <c>Weir:Metrics</c> and <c>Weir:Shutdown</c>.
    /// </summary>
    public static IServiceCollection AddManagement(this IServiceCollection services)
    {
        services.AddOptions<HostOptions>().Configure<IOptions<ShutdownOptions>>((host, shutdown) => host.ShutdownTimeout = shutdown.Value.Timeout);

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IFarmFacts, FeedFacts>();
        services.AddSingleton<ILineFacts, WaitingFacts>();
        services.AddSingleton<IConfigurationFacts, PublishedFacts>();

        services.AddSingleton<GatewayState>();
        services.AddSingleton<SystemdNotifier>();
        services.AddSingleton<IHostLifetime, GatewayLifetime>();
        services.AddSingleton<FarmView>();
        services.AddSingleton<Readiness>();
        services.AddSingleton<MetricStore>();
        services.AddSingleton<FarmMetrics>();
        services.AddSingleton<ManagementGuard>();
        services.AddSingleton<BanEndpoints>();
        services.AddSingleton<EdgeView>();
        services.AddSingleton<BanFeeds>();
        services.AddSingleton<ManagementEndpoints>();
        services.AddSingleton<ManagementService>();
        services.AddHostedService(s => s.GetRequiredService<ManagementService>());
        return services;
    }
}
