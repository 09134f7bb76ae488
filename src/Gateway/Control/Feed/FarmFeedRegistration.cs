using Weir.Farm.Feed;
using Yarp.ReverseProxy.Configuration;

namespace Weir.Gateway.Control.Feed;

/// <summary>Registers the feed and what ties it to the data plane.</summary>
internal static class FarmFeedRegistration
{
    public static IServiceCollection AddFarmFeed(this IServiceCollection services)
    {
        services.AddSingleton<IOwnLoad, ServerLoad>();
        services.AddSingleton<IGatewayCount, ReplicaCount>();
        services.AddFarmReadings();
        services.AddSingleton<ConfigurationApplied>();
        services.AddSingleton<IConfigChangeListener>(s => s.GetRequiredService<ConfigurationApplied>());
        services.AddHostedService<FarmFeedService>();
        return services;
    }
}
