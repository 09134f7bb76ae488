using Weir.Forwarding.Upstream;
using Yarp.ReverseProxy.Transforms;

namespace Weir.Gateway.StatusPages;

/// <summary>Answers 404 for a path that, after a route's own transforms, is a status page of the servers.</summary>
internal sealed class StatusPathTransform(CurrentStatusPaths paths) : RequestTransform, IBareTransform
{
    public override ValueTask ApplyAsync(RequestTransformContext context)
    {
        // YARP sends nothing once a transform has set an answer.
        if (paths.Covers(PathOf(context.DestinationPrefix) + context.Path.Value))
            context.HttpContext.Response.StatusCode = StatusCodes.Status404NotFound;
        return ValueTask.CompletedTask;
    }

    /// <summary>The path of <c>scheme://host:port/path</c>.</summary>
    private static string PathOf(string prefix)
    {
        var host = prefix.IndexOf("://", StringComparison.Ordinal) + 3;
        var path = prefix.IndexOf('/', host);
        return path < 0 || path == prefix.Length - 1 ? "" : prefix[path..];
    }
}
