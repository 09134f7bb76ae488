using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Model;

namespace Weir.Forwarding.Admission;

/// <summary>What happens to a session whose own server has no room. Decided by the Balancing slice.</summary>
public interface ISessionPinning
{
    /// <summary>True when the session waits for its server; false when it moves to another.</summary>
    bool WaitsForFullServer(ClusterState cluster);

    /// <summary>Makes the answer carry the session's new server.</summary>
    void Repin(HttpContext context, ClusterState cluster, DestinationState destination);
}
