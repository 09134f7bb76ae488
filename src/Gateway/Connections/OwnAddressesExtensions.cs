using Weir.Policies.Contracts;
using Yarp.ReverseProxy.Configuration;

namespace Weir.Gateway.Connections;

/// <summary>Registers the addresses that may never be dropped.</summary>
internal static class OwnAddressesExtensions
{
    /// <summary>Adds them; before the firewall, so that they are known when it first tells the kernel.</summary>
    public static IServiceCollection AddOwnAddresses(this IServiceCollection services)
    {
        services.AddSingleton<OwnAddresses>();
        services.AddSingleton<IOwnAddresses>(s => s.GetRequiredService<OwnAddresses>());
        services.AddSingleton<IConfigChangeListener>(s => s.GetRequiredService<OwnAddresses>());
        services.AddHostedService(s => s.GetRequiredService<OwnAddresses>());
        return services;
    }
}
