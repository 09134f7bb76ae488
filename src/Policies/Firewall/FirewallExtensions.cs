using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Weir.Policies.Contracts;

namespace Weir.Policies.Firewall;

/// <summary>Registers the slice.</summary>
public static class FirewallExtensions
{
    /// <summary>
    /// Adds the firewall; it listens to the bans as an <see cref="IBanObserver"/>. Options come from <c>Weir:Firewall</c>.
    /// </summary>
    public static IServiceCollection AddFirewall(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<BanFilter>();
        services.TryAddSingleton<FirewallStatus>();
        services.TryAddSingleton<FirewallMetrics>();
        services.TryAddSingleton<DesiredSet>();
        services.AddSingleton<IBanObserver>(s => s.GetRequiredService<DesiredSet>());
        services.AddSingleton<IHostedService, FirewallService>();
        return services;
    }
}
