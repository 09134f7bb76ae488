using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Weir.Forwarding.Slots;

namespace Weir.Policies.Balancing;

/// <summary>Of two sampled servers the one that should answer first: latency times requests in flight, as Finagle and ingress-nginx's ewma.</summary>
internal sealed class PeakEwmaPolicy(PlainMembers plain, BalancingMetrics metrics, BalancingRules rules, TimeProvider time)
    : SlotPolicy(PolicyNames.PeakEwma, plain, metrics)
{
    private readonly ConditionalWeakTable<ServerSlots, LatencyEstimate> _servers = [];
    private readonly ConditionalWeakTable<ClusterMembers, LatencyEstimate[]> _clusters = [];
    private readonly long _start = time.GetTimestamp();

    protected override ServerMember? Choose(HttpContext context, ClusterMembers members)
    {
        if (!_clusters.TryGetValue(members, out var estimates))
        {
            // Estimates belong to the server, so that a health change, which makes a new snapshot, does not forget them.
            estimates = [.. members.All.Select(m => _servers.GetOrAdd(m.Slots, static _ => new LatencyEstimate()))];
            _clusters.AddOrUpdate(members, estimates);
        }

        return Sampling.Best(members.All, new ExpectedCost(estimates, time.GetElapsedTime(_start), rules.EwmaDecay), default(HasRoom));
    }

    private readonly struct ExpectedCost(LatencyEstimate[] estimates, TimeSpan now, TimeSpan decay) : IScore
    {
        public double Of(int index, ServerMember member) => estimates[index].Cost(member.Slots, now, decay);
    }
}
