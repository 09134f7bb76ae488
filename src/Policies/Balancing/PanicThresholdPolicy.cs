using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Weir.Forwarding.Slots;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace Weir.Policies.Balancing;

/// <summary>
/// Healthy and unknown destinations, as YARP's <c>HealthyAndUnknown</c>; but all of them once the healthy share falls below the
/// threshold, as Envoy's panic threshold: then the checks are more likely wrong than the farm, and the few servers left would be run over.
/// Slots still bound what each server gets.
/// </summary>
internal sealed class PanicThresholdPolicy(
    BalancingRules rules, ServerDirectory servers, BalancingMetrics metrics, ILogger<PanicThresholdPolicy> logger) : IAvailableDestinationsPolicy
{
    // Keys are cluster ids of the configuration, present only while the cluster is in panic.
    private readonly ConcurrentDictionary<string, bool> _inPanic = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public string Name => PolicyNames.PanicThreshold;

    /// <inheritdoc />
    public IReadOnlyList<DestinationState> GetAvailalableDestinations(ClusterConfig config, IReadOnlyList<DestinationState> allDestinations)
    {
        var active = config.HealthCheck?.Active?.Enabled == true;
        var passive = config.HealthCheck?.Passive?.Enabled == true;
        DestinationState[] healthy = [.. allDestinations.Where(d => IsHealthy(d, active, passive))];

        // Who was taken out on purpose says nothing about the checks, whether it still answers them or not.
        var counted = allDestinations.Count(InUse);
        var countedHealthy = healthy.Count(InUse);
        var threshold = rules.For(config.ClusterId).PanicThreshold;
        var panic = counted > 0 && countedHealthy < threshold * counted;
        Note(config.ClusterId, panic, countedHealthy, counted, threshold);
        return panic || healthy.Length == allDestinations.Count ? allDestinations : healthy;
    }

    private static bool IsHealthy(DestinationState destination, bool active, bool passive) =>
        !(active && destination.Health.Active == DestinationHealth.Unhealthy)
        && !(passive && destination.Health.Passive == DestinationHealth.Unhealthy);

    private bool InUse(DestinationState destination) =>
        !servers.TryGet(destination.Model.Config.Address, out var server) || server.Mode == ServerMode.Ready;

    private void Note(string cluster, bool panic, int healthy, int counted, double threshold)
    {
        if (panic && _inPanic.TryAdd(cluster, true))
        {
            metrics.Panicked(cluster);
            BalancingLog.Panic(logger, cluster, healthy, counted, threshold);
        }
        else if (!panic && _inPanic.TryRemove(cluster, out _))
        {
            BalancingLog.PanicOver(logger, cluster, healthy, counted);
        }
    }
}
