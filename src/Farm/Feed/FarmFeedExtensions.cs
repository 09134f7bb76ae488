using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Weir.Farm.Feed;

/// <summary>Registers the feed.</summary>
public static class FarmFeedExtensions
{
    /// <summary>Adds <see cref="IFarmFeed"/>. Options come from <c>Weir:Farm</c>; an <see cref="IOwnLoad"/> must be registered, an <see cref="IGatewayCount"/> may be.</summary>
    public static IServiceCollection AddFarmReadings(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<FarmOptions>, FarmOptionsValidator>());
        services.TryAddSingleton<IPollClient, HttpPollClient>();
        services.TryAddSingleton<IGatewayCount, OneGateway>();
        services.TryAddSingleton<IFarmFeed, FarmFeed>();
        return services;
    }
}
