using Yarp.ReverseProxy.Configuration;

namespace Weir.Policies.Balancing;

/// <summary>Fills in our defaults where a cluster of the <c>ReverseProxy</c> section is silent; what the user wrote stays.</summary>
internal sealed class BalancingDefaults(BalancingRules rules) : IProxyConfigFilter
{
    /// <inheritdoc />
    public ValueTask<ClusterConfig> ConfigureClusterAsync(ClusterConfig cluster, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(cluster.LoadBalancingPolicy))
            cluster = cluster with { LoadBalancingPolicy = rules.DefaultPolicy };
        if (string.IsNullOrEmpty(cluster.HealthCheck?.AvailableDestinationsPolicy))
        {
            var health = cluster.HealthCheck ?? new HealthCheckConfig();
            cluster = cluster with { HealthCheck = health with { AvailableDestinationsPolicy = PolicyNames.PanicThreshold } };
        }

        return new(cluster);
    }

    /// <inheritdoc />
    public ValueTask<RouteConfig> ConfigureRouteAsync(RouteConfig route, ClusterConfig? cluster, CancellationToken cancel) => new(route);
}
