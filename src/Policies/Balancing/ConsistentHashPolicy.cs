using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Weir.Forwarding.Slots;

namespace Weir.Policies.Balancing;

/// <summary>The same client, header, cookie or path goes to the same server, as long as that server is not above its bound.</summary>
internal sealed class ConsistentHashPolicy(PlainMembers plain, BalancingMetrics metrics, BalancingRules rules)
    : SlotPolicy(PolicyNames.ConsistentHash, plain, metrics)
{
    private readonly BalancingMetrics _metrics = metrics;
    private readonly ConditionalWeakTable<ClusterMembers, HashedMembers> _rings = [];

    protected override ServerMember? Choose(HttpContext context, ClusterMembers members)
    {
        var ring = _rings.GetValue(members, static m => new HashedMembers(m));
        var member = ring.Pick(context, rules.For(members.Cluster.ClusterId).HashLoadFactor, out var spilled);
        if (spilled)
            _metrics.Spilled();
        return member;
    }
}
