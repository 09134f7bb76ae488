using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Weir.Gateway.Telemetry;

namespace Weir.Gateway.Admin;

/// <summary>Registers the management listener, metrics and the gateway's lifetime.</summary>
internal static class ManagementExtensions
{
    /// <summary>
    /// Adds everything of Admin and Telemetry. The facts that others own (<see cref="IFarmFacts"/>, <see cref="ILineFacts"/>,
    /// <see cref="IConfigurationFacts"/>) count whether they are registered before or after.
    /// </summary>
    public static IServiceCollection AddManagement(this IServiceCollection services)
    {
        services.AddOptions<HostOptions>().Configure<IOptions<ShutdownOptions>>((host, shutdown) => host.ShutdownTimeout = shutdown.Value.Timeout);

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<AbsentFacts>();
        services.TryAddSingleton<IFarmFacts>(s => s.GetRequiredService<AbsentFacts>());
        services.TryAddSingleton<ILineFacts>(s => s.GetRequiredService<AbsentFacts>());
        services.TryAddSingleton<IConfigurationFacts>(s => s.GetRequiredService<AbsentFacts>());

        services.AddSingleton<GatewayState>();
        services.AddSingleton<SystemdNotifier>();
        services.AddSingleton<IHostLifetime, GatewayLifetime>();
        services.AddSingleton<FarmView>();
        services.AddSingleton<Readiness>();
        services.AddSingleton<MetricStore>();
        services.AddSingleton<FarmMetrics>();
        services.AddSingleton<ManagementGuard>();
        services.AddSingleton<ManagementEndpoints>();
        services.AddSingleton<ManagementService>();
        services.AddHostedService(s => s.GetRequiredService<ManagementService>());
        return services;
    }
}
