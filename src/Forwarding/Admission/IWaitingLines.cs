namespace Weir.Forwarding.Admission;

/// <summary>The lines as operators see them.</summary>
public interface IWaitingLines
{
    /// <summary>One entry per cluster that has served a request since it was configured.</summary>
    IEnumerable<WaitingLine> All();

    /// <summary>The line of one cluster; null when it has served no request yet.</summary>
    WaitingLine? Find(string clusterId);
}
