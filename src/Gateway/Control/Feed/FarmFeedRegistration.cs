using Weir.Farm.Feed;
using Yarp.ReverseProxy.Configuration;

namespace Weir.Gateway.Control.Feed;

/// <summary>Registers the feed and what ties it to the data plane.</summary>
internal static class FarmFeedRegistration
{
    public static IServiceCollection AddFarmFeed(this IServiceCollection services)
    {
        services.AddSingleton<IOwnLoad, ServerLoad>();
        services.AddFarmReadings();
        services.AddSingleton<FarmFeedService>();
        services.AddSingleton<IConfigChangeListener>(s => s.GetRequiredService<FarmFeedService>());
        services.AddHostedService(s => s.GetRequiredService<FarmFeedService>());
        return services;
    }
}
