using Weir.Forwarding.Slots;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace Weir.Gateway.Admin;

/// <summary>Puts together what slots, YARP, the feed and the lines know.</summary>
internal sealed class FarmView(
    ServerDirectory directory,
    IProxyStateLookup proxy,
    IFarmFacts farm,
    ILineFacts lines,
    IConfigurationFacts configuration,
    GatewayState state)
{
    /// <summary>Everything, sorted by id and address.</summary>
    public FarmReport Read()
    {
        var gateway = new GatewayReport(GatewayState.Version, state.StartedAt, state.IsDraining,
            new ConfigurationReport(configuration.Hash, configuration.LoadedAt, configuration.LastErrors));
        return new FarmReport(gateway, [.. Clusters().Select(Read)], [.. Servers().Select(Read)]);
    }

    /// <summary>All servers that the configuration names, sorted by address.</summary>
    public IEnumerable<ServerSlots> Servers()
    {
        foreach (var cluster in proxy.GetClusters())
        {
            foreach (var destination in cluster.Destinations.Values)
                directory.GetOrAdd(destination.Model.Config.Address);
        }

        return directory.All.OrderBy(s => s.Address, StringComparer.Ordinal);
    }

    /// <summary>The server that an operator means: a canonical address, any URL of it, or host:port.</summary>
    public ServerSlots? Find(string address) =>
        Servers().ToArray() switch
        {
            var all when Canonical(address) is { } exact => all.FirstOrDefault(s => s.Address == exact),
            var all => all.FirstOrDefault(s => s.Address == Canonical("http://" + address) || s.Address == Canonical("https://" + address)),
        };

    public ServerReport Read(ServerSlots server)
    {
        var facts = farm.Find(server.Address);
        return new ServerReport
        {
            Address = server.Address,
            Mode = server.Mode.ToString().ToLowerInvariant(),
            Mpm = facts?.Mpm,
            Limit = server.Limit,
            FarmLimit = server.FarmLimit,
            Source = facts?.Source,
            Reason = facts?.Reason,
            EffectiveMaxRequestWorkers = facts?.EffectiveMaxRequestWorkers,
            KeepAliveTimeoutSeconds = facts?.KeepAliveTimeout?.TotalSeconds,
            InFlight = server.InFlight,
            OpenConnections = server.Connections.Open,
            IdleConnections = server.IdleConnections,
            IdleTimeoutSeconds = server.ConnectionRules.IdleTimeout.TotalSeconds,
            MaxRequestsPerConnection = server.ConnectionRules.MaxRequests == 0 ? null : server.ConnectionRules.MaxRequests,
            OpenConnectionLimit = server.Connections.Limit == int.MaxValue ? null : server.Connections.Limit,
            Busy = facts?.Busy,
            Idle = facts?.Idle,
            Foreign = facts?.Foreign,
            LatencyMs = server.Health.Latency == TimeSpan.Zero ? null : Math.Round(server.Health.Latency.TotalMilliseconds, 3),
            Ejected = server.Health.IsEjected,
            StartFraction = server.StartFraction,
            Health = HealthOf(server.Address),
        };
    }

    /// <summary>Per cluster without a server that takes a request now, one sentence why.</summary>
    public IEnumerable<string> ClustersWithoutRoom()
    {
        foreach (var cluster in Clusters())
        {
            var available = cluster.DestinationsState.AvailableDestinations;
            if (cluster.Destinations.IsEmpty)
                yield return $"cluster {cluster.ClusterId} has no servers";
            else if (available.Count == 0)
                yield return $"cluster {cluster.ClusterId} has no healthy server";
            else if (!available.Any(HasRoom))
                yield return $"cluster {cluster.ClusterId} has no server with room";
        }
    }

    private IEnumerable<ClusterState> Clusters() => proxy.GetClusters().OrderBy(c => c.ClusterId, StringComparer.Ordinal);

    private bool HasRoom(DestinationState destination) => directory.GetOrAdd(destination.Model.Config.Address).HasRoom;

    private ClusterReport Read(ClusterState cluster)
    {
        var line = lines.Read(cluster.ClusterId);
        return new ClusterReport(cluster.ClusterId, cluster.Model.Config.LoadBalancingPolicy, line.Waiting,
            Math.Round(line.OldestAge.TotalSeconds, 3), cluster.DestinationsState.AvailableDestinations.Count(HasRoom),
            [.. cluster.Destinations.Values.Select(d => ServerDirectory.Canonical(d.Model.Config.Address)).Distinct().Order(StringComparer.Ordinal)]);
    }

    private string HealthOf(string address)
    {
        var known = false;
        foreach (var destination in proxy.GetClusters().SelectMany(c => c.Destinations.Values))
        {
            if (ServerDirectory.Canonical(destination.Model.Config.Address) != address)
                continue;
            var health = destination.Health;
            if (health.Active == DestinationHealth.Unhealthy || health.Passive == DestinationHealth.Unhealthy)
                return "unhealthy";
            known |= health.Active == DestinationHealth.Healthy || health.Passive == DestinationHealth.Healthy;
        }

        return known ? "healthy" : "unknown";
    }

    private static string? Canonical(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            ? ServerDirectory.Canonical(address)
            : null;
}
