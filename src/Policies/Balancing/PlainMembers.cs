using System.Runtime.CompilerServices;
using Weir.Forwarding.Slots;
using Yarp.ReverseProxy.Model;

namespace Weir.Policies.Balancing;

/// <summary>Members for callers that only have YARP's list of destinations, one snapshot per list as long as the list lives.</summary>
internal sealed class PlainMembers(ServerDirectory servers)
{
    private readonly ConditionalWeakTable<IReadOnlyList<DestinationState>, ClusterMembers> _members = [];

    public ClusterMembers For(ClusterState cluster, IReadOnlyList<DestinationState> available)
    {
        if (_members.TryGetValue(available, out var members))
            return members;
        // Two first callers may both build; the later one wins and nothing is lost.
        members = new ClusterMembers(cluster, available, servers);
        _members.AddOrUpdate(available, members);
        return members;
    }
}
