namespace Weir.Forwarding.Admission;

internal sealed class WaitingLines(ClusterLines lines, BalancingPolicies policies) : IWaitingLines
{
    public IEnumerable<WaitingLine> All() => lines.All.Select(Show);

    public WaitingLine? Find(string clusterId) => lines.Find(clusterId) is { } line ? Show(line) : null;

    private WaitingLine Show(ClusterLine line) => new(
        line.Cluster.ClusterId, line.Waiting, line.WaitingBytes, line.OldestWait(), line.IsNewestFirst, policies.For(line.Cluster).Name);
}
