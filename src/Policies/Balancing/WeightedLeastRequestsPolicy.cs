using Microsoft.AspNetCore.Http;
using Weir.Forwarding.Slots;

namespace Weir.Policies.Balancing;

/// <summary>The server with the fewest requests in flight for its weight, of two sampled ones, as Envoy's LEAST_REQUEST.</summary>
internal sealed class WeightedLeastRequestsPolicy(PlainMembers plain, BalancingMetrics metrics)
    : SlotPolicy(PolicyNames.WeightedLeastRequests, plain, metrics)
{
    protected override ServerMember? Choose(HttpContext context, ClusterMembers members) =>
        Sampling.Best(members.All, default(RequestsPerWeight));

    private readonly struct RequestsPerWeight : IScore
    {
        // The request itself counts, so that among idle servers the heavier one is taken.
        public double Of(int index, ServerMember member) => (member.Slots.InFlight + 1) / Weights.Of(member);
    }
}
