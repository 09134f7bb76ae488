using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Weir.Forwarding.Slots;
using Yarp.ReverseProxy.LoadBalancing;
using Yarp.ReverseProxy.Model;

namespace Weir.Forwarding.Admission;

/// <summary>The registered balancing policies by name; YARP's own come wrapped in <see cref="StockPolicy"/>.</summary>
internal sealed class BalancingPolicies
{
    private readonly FrozenDictionary<string, ISlotPolicy> _byName;
    private readonly ConditionalWeakTable<ClusterModel, ISlotPolicy> _byModel = [];

    public BalancingPolicies(IEnumerable<ILoadBalancingPolicy> policies)
    {
        // As YARP's own dictionary: the last of one name wins.
        var byName = new Dictionary<string, ISlotPolicy>(StringComparer.OrdinalIgnoreCase);
        foreach (var policy in policies)
            byName[policy.Name] = policy as ISlotPolicy ?? new StockPolicy(policy);
        _byName = byName.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The policy of a cluster as it is configured now. Names were validated when the configuration was loaded.</summary>
    public ISlotPolicy For(ClusterState cluster)
    {
        var model = cluster.Model;
        return _byModel.TryGetValue(model, out var policy) ? policy : Resolve(model);
    }

    private ISlotPolicy Resolve(ClusterModel model)
    {
        var name = model.Config.LoadBalancingPolicy ?? LoadBalancingPolicies.PowerOfTwoChoices;
        var policy = _byName[name];
        _byModel.AddOrUpdate(model, policy);
        return policy;
    }
}
