using Microsoft.AspNetCore.Http;
using Weir.Forwarding.Slots;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace Weir.Forwarding.Admission;

/// <summary>One of YARP's own policies, shown only the destinations that have room. Allocates a list when some are full.</summary>
internal sealed class StockPolicy(ILoadBalancingPolicy policy) : ISlotPolicy
{
    public string Name => policy.Name;

    public ServerMember? Pick(HttpContext context, ClusterMembers members)
    {
        var full = 0;
        foreach (var member in members.All)
            full += member.Slots.HasRoom ? 0 : 1;
        if (full == members.All.Length)
            return null;
        var open = full == 0
            ? members.Available
            : [.. members.All.Where(static m => m.Slots.HasRoom).Select(static m => m.Destination)];
        return open.Count > 0 && policy.PickDestination(context, members.Cluster, open) is { } picked ? members.Of(picked) : null;
    }

    public DestinationState? PickDestination(HttpContext context, ClusterState cluster, IReadOnlyList<DestinationState> availableDestinations) =>
        policy.PickDestination(context, cluster, availableDestinations);
}
