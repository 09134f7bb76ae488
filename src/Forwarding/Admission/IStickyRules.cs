using Microsoft.AspNetCore.Http;
using Weir.Forwarding.Slots;
using Yarp.ReverseProxy.Model;

namespace Weir.Forwarding.Admission;

/// <summary>How the waiting line treats sessions that YARP's session affinity pinned to one server. Set by the Balancing slice.</summary>
public interface IStickyRules
{
    /// <summary>The server that the request's session is pinned to; null when it is not pinned to exactly one.</summary>
    DestinationState? PinnedTo(HttpContext context);

    /// <summary>Decides for a pinned session; to be asked again when the server's state changed. Does not allocate.</summary>
    /// <param name="cluster">The cluster whose rules hold.</param>
    /// <param name="pinned">The server that the session is pinned to.</param>
    StickyVerdict Judge(ClusterState cluster, ServerSlots pinned);

    /// <summary>
    /// Frees the request from its pin: every available destination may be chosen again, and the response pins the session
    /// to the server that answers. Must come before the response's headers are sent; calling it twice does no harm.
    /// </summary>
    void Repin(HttpContext context);
}
