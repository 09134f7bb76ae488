using Weir.Gateway.Control.Sources;
using Yarp.ReverseProxy.Configuration;

namespace Weir.Gateway.Control.Compile;

/// <summary>A configuration in which everything has been checked: what a publication swaps in.</summary>
internal sealed class CompiledConfiguration
{
    /// <summary>The settings it was made of.</summary>
    public required Settings Settings { get; init; }

    /// <summary>SHA-256 of the files, hexadecimal.</summary>
    public required string Hash { get; init; }

    /// <summary>Options by section path.</summary>
    public required IReadOnlyDictionary<string, object> Options { get; init; }

    /// <summary>YARP's routes, as YARP's loader made them; those that it could not make are left out.</summary>
    public required IReadOnlyList<RouteConfig> Routes { get; init; }

    /// <summary>YARP's clusters, as YARP's loader made them; those that it could not make are left out.</summary>
    public required IReadOnlyList<ClusterConfig> Clusters { get; init; }
}
