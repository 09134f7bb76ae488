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
    private readonly IDefaultBalancingPolicy? _default;
    private readonly ConditionalWeakTable<ClusterModel, ISlotPolicy> _byModel = [];

    public BalancingPolicies(IEnumerable<ILoadBalancingPolicy> policies, IDefaultBalancingPolicy? defaultPolicy = null)
    {
        // As YARP's own dictionary: the last of one name wins.
        var byName = new Dictionary<string, ISlotPolicy>(StringComparer.OrdinalIgnoreCase);
        foreach (var policy in policies)
            byName[policy.Name] = policy as ISlotPolicy ?? new StockPolicy(policy);
        _byName = byName.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        _default = defaultPolicy;
    }

    /// <summary>The policy of a cluster as it is configured now. Names were validated when the configuration was loaded.</summary>
    public ISlotPolicy For(ClusterState cluster)
    {
        var model = cluster.Model;
        return _byModel.TryGetValue(model, out var policy) ? policy : Resolve(cluster, model);
    }

    private ISlotPolicy Resolve(ClusterState cluster, ClusterModel model)
    {
        var name = model.Config.LoadBalancingPolicy ?? _default?.NameFor(cluster) ?? LoadBalancingPolicies.PowerOfTwoChoices;
        var policy = _byName[name];
        _byModel.AddOrUpdate(model, policy);
        return policy;
    }
}
