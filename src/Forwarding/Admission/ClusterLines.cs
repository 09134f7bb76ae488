using System.Collections.Concurrent;
using Weir.Forwarding.Slots;
using Yarp.ReverseProxy.Model;

namespace Weir.Forwarding.Admission;

/// <summary>The line of every cluster. Only configuration adds clusters.</summary>
internal sealed class ClusterLines(ServerDirectory servers, SlowStart slowStart, RulesSource rules, TimeProvider clock) : IClusterChangeListener, IDisposable
{
    private readonly Lock _making = new();
    private readonly ConcurrentDictionary<ClusterState, ClusterLine> _lines = new(ReferenceEqualityComparer.Instance);

    /// <summary>All lines, in no order.</summary>
    public IEnumerable<ClusterLine> All => _lines.Values;

    /// <summary>The line of a cluster by its id; null when it has served no request yet.</summary>
    public ClusterLine? Find(string clusterId) =>
        _lines.Values.FirstOrDefault(l => string.Equals(l.Cluster.ClusterId, clusterId, StringComparison.OrdinalIgnoreCase));

    /// <summary>The line in front of a cluster.</summary>
    public ClusterLine Of(ClusterState cluster) =>
        _lines.TryGetValue(cluster, out var line) ? line : Make(cluster);

    public void OnClusterAdded(ClusterState cluster)
    {
    }

    public void OnClusterChanged(ClusterState cluster)
    {
    }

    public void OnClusterRemoved(ClusterState cluster)
    {
        if (_lines.TryRemove(cluster, out var line))
            line.Retire();
    }

    public void Dispose()
    {
        foreach (var line in _lines.Values)
            line.Dispose();
        _lines.Clear();
    }

    private ClusterLine Make(ClusterState cluster)
    {
        // One at a time: a second line for the same cluster would listen to its servers for ever.
        lock (_making)
        {
            if (!_lines.TryGetValue(cluster, out var line))
            {
                line = new ClusterLine(cluster, new ClusterMembersSource(cluster, servers, slowStart), () => rules.Current, clock);
                _lines[cluster] = line;
            }

            return line;
        }
    }
}
