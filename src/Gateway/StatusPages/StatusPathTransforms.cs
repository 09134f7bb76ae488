using Yarp.ReverseProxy.Transforms.Builder;

namespace Weir.Gateway.StatusPages;

/// <summary>
/// The same refusal for what a route's own transforms make of a path: with <c>PathRemovePrefix</c> a harmless
/// <c>/shop/server-status</c> becomes the page. Providers run after the configured transforms.
/// </summary>
internal sealed class StatusPathTransforms(CurrentStatusPaths paths) : ITransformProvider
{
    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void Apply(TransformBuilderContext context) => context.RequestTransforms.Add(new StatusPathTransform(paths));
}
