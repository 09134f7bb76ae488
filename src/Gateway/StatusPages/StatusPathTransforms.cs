using Yarp.ReverseProxy.Transforms;
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

    public void Apply(TransformBuilderContext context) =>
        context.AddRequestTransform(request =>
        {
            // YARP sends nothing once a transform has set an answer.
            if (paths.Covers(PathOf(request.DestinationPrefix) + request.Path.Value))
                request.HttpContext.Response.StatusCode = StatusCodes.Status404NotFound;
            return ValueTask.CompletedTask;
        });

    /// <summary>The path of <c>scheme://host:port/path</c>.</summary>
    private static string PathOf(string prefix)
    {
        var host = prefix.IndexOf("://", StringComparison.Ordinal) + 3;
        var path = prefix.IndexOf('/', host);
        return path < 0 ? "" : prefix[path..];
    }
}
