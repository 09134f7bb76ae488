using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Weir.Policies.Balancing;

/// <summary>Which server a request goes to: section <c>Weir:Balancing</c>.</summary>
public sealed class BalancingOptions
{
    /// <summary>Where the section lives.</summary>
    public const string Section = "Weir:Balancing";

    [Description("Policy of the clusters that set no LoadBalancingPolicy of their own.")]
    [AllowedValues(
        PolicyNames.FreeSlots, PolicyNames.WeightedRoundRobin, PolicyNames.WeightedLeastRequests, PolicyNames.PeakEwma,
        PolicyNames.ConsistentHash, "FirstAlphabetical", "Random", "RoundRobin", "LeastRequests", "PowerOfTwoChoices")]
    public string DefaultPolicy { get; set; } = PolicyNames.FreeSlots;

    [Description("ConsistentHash gives a server at most this many times its share of the requests in flight; past it the key's next server takes over.")]
    [Range(1.01, 1000.0)]
    public double HashLoadFactor { get; set; } = 1.25;

    [Description("When fewer than this share of a cluster's servers are healthy, health is ignored and all are used, as Envoy; 0 turns it off.")]
    [Range(0.0, 1.0)]
    public double PanicThreshold { get; set; } = 0.5;

    [Description("What a request does whose session is pinned to a full server: wait for that server, or move to another.")]
    public StickyWhenFull StickyWhenFull { get; set; } = StickyWhenFull.Wait;

    [Description("PeakEwma forgets an observed latency at this pace (time to fall to 37 %), as Finagle and ingress-nginx.")]
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan EwmaDecay { get; set; } = TimeSpan.FromSeconds(10);

    [Description("Settings by YARP cluster id; what is not set there is taken from above.")]
    public Dictionary<string, ClusterBalancingOptions> Clusters { get; set; } = new(StringComparer.OrdinalIgnoreCase);
}
