namespace Weir.Policies.Balancing;

/// <summary>The server with the fewest requests in flight for its weight, of two sampled ones, as Envoy's LEAST_REQUEST.</summary>
internal sealed class WeightedLeastRequestsPolicy(PlainMembers plain, BalancingMetrics metrics)
    : SampledPolicy<RequestsPerWeight>(PolicyNames.WeightedLeastRequests, plain, metrics);
