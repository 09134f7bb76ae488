using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Weir.Policies.Balancing;

/// <summary>Balancing of one cluster: <c>Weir:Balancing:Clusters:{cluster}</c>. The policy itself is YARP's <c>LoadBalancingPolicy</c>.</summary>
public sealed class ClusterBalancingOptions
{
    [Description("Replaces Weir:Balancing:HashLoadFactor for this cluster.")]
    [Range(1.01, 1000.0)]
    public double? HashLoadFactor { get; set; }

    [Description("Replaces Weir:Balancing:PanicThreshold for this cluster.")]
    [Range(0.0, 1.0)]
    public double? PanicThreshold { get; set; }

    [Description("Replaces Weir:Balancing:StickyWhenFull for this cluster.")]
    public StickyWhenFull? StickyWhenFull { get; set; }
}
