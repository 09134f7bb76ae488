namespace Weir.Forwarding.Admission;

internal sealed class WaitingLines(ClusterLines lines, BalancingPolicies policies) : IWaitingLines
{
    public IEnumerable<WaitingLine> All() =>
        lines.All.Select(l => new WaitingLine(
            l.Cluster.ClusterId, l.Waiting, l.WaitingBytes, l.OldestWait(), l.IsNewestFirst, policies.For(l.Cluster).Name));
}
