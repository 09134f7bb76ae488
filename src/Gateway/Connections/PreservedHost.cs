using Microsoft.Extensions.Options;
using Weir.Forwarding;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Weir.Gateway.Connections;

/// <summary>
/// Passes the client's Host on where neither the route's transforms nor a destination's <c>Host</c> say otherwise: an Apache
/// chooses its virtual host by it. YARP's own default is the destination's address.
/// </summary>
internal sealed class PreservedHost(IOptions<ForwardingOptions> options) : ITransformProvider
{
    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void Apply(TransformBuilderContext context)
    {
        var isSaid = context.RequestTransforms.OfType<RequestHeaderOriginalHostTransform>().Any()
            || context.Cluster?.Destinations?.Values.Any(d => !string.IsNullOrEmpty(d.Host)) == true;
        if (options.Value.PreserveHost && !isSaid)
            context.AddOriginalHost(useOriginal: true);
    }
}
