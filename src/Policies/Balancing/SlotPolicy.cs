using Microsoft.AspNetCore.Http;
using Weir.Forwarding.Slots;
using Yarp.ReverseProxy.Model;

namespace Weir.Policies.Balancing;

/// <summary>What every policy shares: counting, and the way in for YARP's own load balancing.</summary>
internal abstract class SlotPolicy(string name, PlainMembers plain, BalancingMetrics metrics) : ISlotPolicy
{
    /// <inheritdoc />
    public string Name { get; } = name;

    /// <inheritdoc />
    public ServerMember? Pick(HttpContext context, ClusterMembers members)
    {
        var member = Choose(context, members);
        metrics.Picked(Name, member is not null);
        return member;
    }

    /// <summary>
    /// For YARP's load balancing, behind which nothing waits and nothing takes a slot: when every server is full the one
    /// with the most free share is named, so that requests which need no slot are not refused. Servers in maintenance and
    /// ejected ones are named never.
    /// </summary>
    public DestinationState? PickDestination(HttpContext context, ClusterState cluster, IReadOnlyList<DestinationState> availableDestinations)
    {
        switch (availableDestinations.Count)
        {
            case 0:
                return null;
            case 1:
                return availableDestinations[0];
        }

        var members = plain.For(cluster, availableDestinations);
        return (Pick(context, members) ?? Sampling.Best(members.All, default(UsedShare), new TakesWork()))?.Destination;
    }

    /// <summary>The policy itself; see <see cref="ISlotPolicy.Pick"/>.</summary>
    protected abstract ServerMember? Choose(HttpContext context, ClusterMembers members);
}
