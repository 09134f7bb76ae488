using System.Collections.Frozen;
using System.Globalization;
using Yarp.ReverseProxy.Model;

namespace Weir.Forwarding.Slots;

/// <summary>The healthy members of a cluster at one instant: immutable, made anew when YARP's set of destinations changes.</summary>
public sealed class ClusterMembers
{
    /// <summary>Metadata key of a destination that sets its weight.</summary>
    public const string WeightMetadata = "Weir.Weight";

    private readonly FrozenDictionary<ServerSlots, ServerMember> _byServer;
    private readonly FrozenDictionary<DestinationState, ServerMember> _byDestination;

    /// <param name="cluster">The cluster.</param>
    /// <param name="available">Destinations that health policies left in.</param>
    /// <param name="servers">Where the servers' slots live.</param>
    public ClusterMembers(ClusterState cluster, IReadOnlyList<DestinationState> available, ServerDirectory servers)
    {
        Cluster = cluster;
        Available = available;
        All = [.. available.Select(d => new ServerMember(d, servers.GetOrAdd(d.Model.Config.Address), WeightOf(d)))];
        _byServer = All.DistinctBy(m => m.Slots).ToFrozenDictionary(m => m.Slots);
        _byDestination = All.ToFrozenDictionary(m => m.Destination);
    }

    /// <summary>YARP's runtime cluster.</summary>
    public ClusterState Cluster { get; }

    /// <summary>The list this snapshot was made from; its identity tells whether the snapshot is still current.</summary>
    public IReadOnlyList<DestinationState> Available { get; }

    /// <summary>The members, in YARP's order.</summary>
    public ServerMember[] All { get; }

    /// <summary>The servers behind the members, each once.</summary>
    public IEnumerable<ServerSlots> Servers => _byServer.Keys;

    /// <summary>True when some server takes new work, now or as soon as a slot is free.</summary>
    public bool AnyTakesWork => Array.Exists(All, static m => m.Slots is { Mode: ServerMode.Ready, FarmLimit: > 0 });

    /// <summary>The member at a server; null when it is no member.</summary>
    public ServerMember? Of(ServerSlots server) => _byServer.GetValueOrDefault(server);

    /// <summary>The member of a destination; null when it is no member.</summary>
    public ServerMember? Of(DestinationState destination) => _byDestination.GetValueOrDefault(destination);

    /// <summary>
    /// Requests per second that the members can answer by Little's law: the sum of limit / latency. A server still growing
    /// counts with the limit that it will reach. 0 while no latency is known.
    /// </summary>
    public double SlotsPerSecond()
    {
        var sum = 0.0;
        foreach (var member in All)
        {
            var seconds = member.Slots.Health.Latency.TotalSeconds;
            if (seconds > 0)
                sum += member.Slots.Ceiling / seconds;
        }

        return sum;
    }

    /// <summary>True while a member's limit is below what it will reach (cold farm, slow start).</summary>
    public bool AnyGrows() => Array.Exists(All, static m => m.Slots.Limit < m.Slots.Ceiling);

    private static int? WeightOf(DestinationState destination) =>
        destination.Model.Config.Metadata is { } metadata
        && metadata.TryGetValue(WeightMetadata, out var text)
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var weight)
        && weight is >= 1 and <= 1_000_000
            ? weight
            : null;
}
