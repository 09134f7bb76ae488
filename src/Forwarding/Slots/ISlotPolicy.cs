using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.LoadBalancing;

namespace Weir.Forwarding.Slots;

/// <summary>
/// A balancing policy that knows slots. It is asked once per request and takes no slot itself. YARP's own policies are
/// asked through <see cref="ILoadBalancingPolicy"/> with the destinations that have room.
/// </summary>
public interface ISlotPolicy : ILoadBalancingPolicy
{
    /// <summary>
    /// Picks among the members whose <see cref="ServerSlots.HasRoom"/> is true; null when none has room or when the policy
    /// insists on a full server (then the request waits). Must not allocate.
    /// </summary>
    ServerMember? Pick(HttpContext context, ClusterMembers members);
}
