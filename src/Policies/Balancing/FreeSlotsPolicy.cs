using Microsoft.AspNetCore.Http;
using Weir.Forwarding.Slots;

namespace Weir.Policies.Balancing;

/// <summary>The server with the largest free share of its limit. The default: it needs no weights, the limits are the weights.</summary>
internal sealed class FreeSlotsPolicy(PlainMembers plain, BalancingMetrics metrics) : SlotPolicy(PolicyNames.FreeSlots, plain, metrics)
{
    protected override ServerMember? Choose(HttpContext context, ClusterMembers members) =>
        Sampling.Best(members.All, default(UsedShare));
}
