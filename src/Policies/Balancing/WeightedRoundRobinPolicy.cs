using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Weir.Forwarding.Slots;

namespace Weir.Policies.Balancing;

/// <summary>Servers in turn by weight, interleaved so that a heavy server's turns do not come in a burst, as nginx's smooth round robin.</summary>
internal sealed class WeightedRoundRobinPolicy(PlainMembers plain, BalancingMetrics metrics)
    : SlotPolicy(PolicyNames.WeightedRoundRobin, plain, metrics)
{
    private readonly ConditionalWeakTable<ClusterMembers, WeightedTurns> _turns = [];

    protected override ServerMember? Choose(HttpContext context, ClusterMembers members) =>
        _turns.GetValue(members, static m => new WeightedTurns(m.All)).Next();
}
