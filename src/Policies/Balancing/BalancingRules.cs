using System.Collections.Frozen;
using Microsoft.Extensions.Options;

namespace Weir.Policies.Balancing;

/// <summary>What the data plane reads: the options of this instant, resolved per cluster and swapped whole at a reload.</summary>
internal sealed class BalancingRules : IDisposable
{
    private readonly IDisposable? _subscription;
    private volatile Snapshot _now;

    public BalancingRules(IOptionsMonitor<BalancingOptions> options)
    {
        _now = new Snapshot(options.CurrentValue);
        _subscription = options.OnChange((changed, _) => _now = new Snapshot(changed));
    }

    /// <summary>Policy of the clusters that name none.</summary>
    public string DefaultPolicy => _now.DefaultPolicy;

    /// <summary>Time constant of <see cref="PolicyNames.PeakEwma"/>.</summary>
    public TimeSpan EwmaDecay => _now.EwmaDecay;

    /// <summary>The settings of a cluster. Does not allocate.</summary>
    public ClusterRules For(string clusterId)
    {
        var now = _now;
        return now.Clusters.TryGetValue(clusterId, out var rules) ? rules : now.Default;
    }

    public void Dispose() => _subscription?.Dispose();

    private sealed class Snapshot(BalancingOptions options)
    {
        public string DefaultPolicy { get; } = options.DefaultPolicy;

        public TimeSpan EwmaDecay { get; } = options.EwmaDecay;

        public ClusterRules Default { get; } = new(options.HashLoadFactor, options.PanicThreshold, options.StickyWhenFull);

        public FrozenDictionary<string, ClusterRules> Clusters { get; } = options.Clusters.ToFrozenDictionary(
            c => c.Key,
            c => new ClusterRules(
                c.Value.HashLoadFactor ?? options.HashLoadFactor,
                c.Value.PanicThreshold ?? options.PanicThreshold,
                c.Value.StickyWhenFull ?? options.StickyWhenFull),
            StringComparer.OrdinalIgnoreCase);
    }
}
