using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Weir.Forwarding.Admission;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Weir.Policies.Balancing;

/// <summary>Registers the balancing policies.</summary>
public static class BalancingExtensions
{
    /// <summary>
    /// Adds every policy by its name, the panic threshold, the sticky rules and the defaults for silent clusters. Options come from
    /// <c>Weir:Balancing</c>. Needs <c>AddForwarding</c> and <c>AddReverseProxy</c>, in any order.
    /// </summary>
    public static IServiceCollection AddBalancing(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<BalancingOptions>, BalancingOptionsValidator>());
        services.TryAddSingleton<BalancingRules>();
        services.TryAddSingleton<BalancingMetrics>();
        services.TryAddSingleton<PlainMembers>();
        services.TryAddEnumerable(
        [
            ServiceDescriptor.Singleton<ILoadBalancingPolicy, FreeSlotsPolicy>(),
            ServiceDescriptor.Singleton<ILoadBalancingPolicy, WeightedRoundRobinPolicy>(),
            ServiceDescriptor.Singleton<ILoadBalancingPolicy, WeightedLeastRequestsPolicy>(),
            ServiceDescriptor.Singleton<ILoadBalancingPolicy, PeakEwmaPolicy>(),
            ServiceDescriptor.Singleton<ILoadBalancingPolicy, ConsistentHashPolicy>(),
            ServiceDescriptor.Singleton<IAvailableDestinationsPolicy, PanicThresholdPolicy>(),
            ServiceDescriptor.Singleton<IProxyConfigFilter, BalancingDefaults>(),
            ServiceDescriptor.Singleton<ITransformProvider, MetadataValidation>(),
        ]);
        services.TryAddSingleton<IStickyRules, StickyRules>();
        return services;
    }
}
