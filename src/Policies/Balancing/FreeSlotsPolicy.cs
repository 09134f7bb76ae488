namespace Weir.Policies.Balancing;

/// <summary>The server with the largest free share of its limit. The default: it needs no weights, the limits are the weights.</summary>
internal sealed class FreeSlotsPolicy(PlainMembers plain, BalancingMetrics metrics)
    : SampledPolicy<UsedShare>(PolicyNames.FreeSlots, plain, metrics);
