using Weir.Forwarding.Upstream;
using Yarp.ReverseProxy.Transforms;

namespace Weir.Gateway.StatusPages;

/// <summary>Answers 404 for a path that, after a route's own transforms, is a status page of the servers.</summary>
internal sealed class StatusPathTransform(CurrentStatusPaths paths) : RequestTransform, IPathGuard
{
    public override ValueTask ApplyAsync(RequestTransformContext context)
    {
        Check(context.HttpContext, context.DestinationPrefix, context.Path);
        return ValueTask.CompletedTask;
    }

    public void Check(HttpContext context, string destinationPrefix, PathString path)
    {
        // Nothing is sent once an answer is set.
        if (paths.Covers(PathOf(destinationPrefix) + path.Value))
            context.Response.StatusCode = StatusCodes.Status404NotFound;
    }

    /// <summary>The path of <c>scheme://host:port/path</c>.</summary>
    private static string PathOf(string prefix)
    {
        var host = prefix.IndexOf("://", StringComparison.Ordinal) + 3;
        var path = prefix.IndexOf('/', host);
        return path < 0 || path == prefix.Length - 1 ? "" : prefix[path..];
    }
}
