using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Weir.Policies.Throttle;

/// <summary>Bounds on a client's connections: section <c>Weir:Throttle:Connections</c>.</summary>
public sealed class ThrottleConnectionOptions
{
    [Description("Connections of one client that may be open at once; 0 for no bound.")]
    [Range(0, 1_000_000)]
    public int PerAddress { get; set; }

    [Description("New connections of one client per second, as a token bucket; 0 for no bound.")]
    [Range(0.0, 1_000_000)]
    public double NewPerSecond { get; set; }

    [Description("New connections that may come at once; what one second allows, and 1 at least, when not set.")]
    [Range(1, 1_000_000)]
    public int? NewBurst { get; set; }

    [Description("Only reports what it would refuse.")]
    public bool DryRun { get; set; }
}
