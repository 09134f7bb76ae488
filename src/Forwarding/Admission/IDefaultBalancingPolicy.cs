using Yarp.ReverseProxy.Model;

namespace Weir.Forwarding.Admission;

/// <summary>Names the balancing policy of clusters that name none. Decided by the Balancing slice.</summary>
public interface IDefaultBalancingPolicy
{
    /// <summary>The name of a registered <see cref="Yarp.ReverseProxy.LoadBalancing.ILoadBalancingPolicy"/>.</summary>
    string NameFor(ClusterState cluster);
}
