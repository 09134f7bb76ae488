using Microsoft.AspNetCore.Http;

namespace Weir.Forwarding.Upstream;

/// <summary>
/// A request transform of ours that changes nothing and may refuse: it runs after all others and needs no
/// <see cref="HttpRequestMessage"/>.
/// </summary>
public interface IPathGuard
{
    /// <summary>Looks at where a request goes; sets the status of the client's response to refuse it.</summary>
    /// <param name="context">The client's request.</param>
    /// <param name="destinationPrefix">The destination's address.</param>
    /// <param name="path">The path as the transforms left it, decoded.</param>
    void Check(HttpContext context, string destinationPrefix, PathString path);
}
