using System.Globalization;
using Weir.Forwarding.Slots;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Weir.Policies.Balancing;

/// <summary>Checks our metadata keys while YARP checks the rest of a cluster, so that all errors are reported together.</summary>
internal sealed class MetadataValidation : ITransformProvider
{
    /// <inheritdoc />
    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }

    /// <inheritdoc />
    public void ValidateCluster(TransformClusterValidationContext context)
    {
        var cluster = $"ReverseProxy:Clusters:{context.Cluster.ClusterId}";
        if (context.Cluster.Metadata is { } metadata
            && metadata.TryGetValue(HashKey.Metadata, out var key)
            && HashKey.Parse(key) is null)
        {
            context.Errors.Add(new FormatException($"{cluster}:Metadata:{HashKey.Metadata} is '{key}'; allowed: {HashKey.Allowed}."));
        }

        foreach (var (id, destination) in context.Cluster.Destinations ?? new Dictionary<string, Yarp.ReverseProxy.Configuration.DestinationConfig>())
        {
            if (destination.Metadata is { } own
                && own.TryGetValue(ClusterMembers.WeightMetadata, out var text)
                && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var weight) && weight is >= 1 and <= 1_000_000))
            {
                context.Errors.Add(new FormatException(
                    $"{cluster}:Destinations:{id}:Metadata:{ClusterMembers.WeightMetadata} is '{text}'; allowed: 1 to 1000000."));
            }
        }
    }

    /// <inheritdoc />
    public void Apply(TransformBuilderContext context)
    {
    }
}
