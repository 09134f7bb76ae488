using System.Globalization;
using Yarp.ReverseProxy.Model;

namespace Weir.Forwarding.Slots;

/// <summary>The healthy members of a cluster at one instant: immutable, made anew when YARP's set of destinations changes.</summary>
public sealed class ClusterMembers
{
    /// <summary>Metadata key of a destination that sets its weight.</summary>
    public const string WeightMetadata = "Weir.Weight";

    /// <param name="cluster">The cluster.</param>
    /// <param name="available">Destinations that health policies left in.</param>
    /// <param name="servers">Where the servers' slots live.</param>
    public ClusterMembers(ClusterState cluster, IReadOnlyList<DestinationState> available, ServerDirectory servers)
    {
        Cluster = cluster;
        Available = available;
        All = [.. available.Select(d => new ServerMember(d, servers.GetOrAdd(d.Model.Config.Address), WeightOf(d)))];
    }

    /// <summary>YARP's runtime cluster.</summary>
    public ClusterState Cluster { get; }

    /// <summary>The list this snapshot was made from; its identity tells whether the snapshot is still current.</summary>
    public IReadOnlyList<DestinationState> Available { get; }

    /// <summary>The members, in YARP's order.</summary>
    public ServerMember[] All { get; }

    private static int? WeightOf(DestinationState destination) =>
        destination.Model.Config.Metadata is { } metadata
        && metadata.TryGetValue(WeightMetadata, out var text)
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var weight)
        && weight is >= 1 and <= 1_000_000
            ? weight
            : null;
}
