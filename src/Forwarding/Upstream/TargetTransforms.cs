using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Transforms;

namespace Weir.Forwarding.Upstream;

/// <summary>Runs transforms that need nothing but path and query.</summary>
internal static class TargetTransforms
{
    /// <summary>Runs them in their order; false when one answered the client.</summary>
    /// <param name="transforms">The transforms.</param>
    /// <param name="context">The request.</param>
    /// <param name="prefix">The destination's address.</param>
    /// <param name="path">The path after them.</param>
    /// <param name="query">The query after them, with its question mark.</param>
    public static bool Run(RequestTransform[] transforms, HttpContext context, string prefix, out PathString path, out QueryString query)
    {
        var transform = new RequestTransformContext
        {
            HttpContext = context,
            ProxyRequest = null!,
            DestinationPrefix = prefix,
            Path = context.Request.Path,
            HeadersCopied = true,
        };
        (path, query) = (default, default);
        foreach (var next in transforms)
        {
            var applied = next.ApplyAsync(transform);
            if (!applied.IsCompletedSuccessfully)
                throw new InvalidOperationException($"{next.GetType().Name} does more than change path and query.");
            if (TransformedRequest.IsAnswered(context.Response))
                return false;
        }

        (path, query) = (transform.Path, transform.Query.QueryString);
        return true;
    }
}
