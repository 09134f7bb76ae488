using Weir.Farm.Feed;
using Weir.Policies.Contracts;

namespace Weir.Gateway.Control.Feed;

/// <summary>Tells the feed how many gateways share the farm.</summary>
internal sealed class ReplicaCount(IReplicas replicas) : IGatewayCount
{
    public event Action? Changed
    {
        add => replicas.Changed += value;
        remove => replicas.Changed -= value;
    }

    public int Live => replicas.Live;
}
