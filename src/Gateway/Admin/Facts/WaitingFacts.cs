using Weir.Forwarding.Admission;

namespace Weir.Gateway.Admin.Facts;

/// <summary>The waiting lines as operators see them.</summary>
internal sealed class WaitingFacts(IWaitingLines lines) : ILineFacts
{
    public LineFacts Read(string cluster) =>
        lines.Find(cluster) is { } line ? new LineFacts(line.Waiting, line.OldestWait) : default;
}
