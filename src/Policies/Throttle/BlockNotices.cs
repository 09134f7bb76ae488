using System.Net;
using Microsoft.Extensions.Logging;
using Weir.Policies.Contracts;

namespace Weir.Policies.Throttle;

/// <summary>Logs clients whose block begins, a few a minute.</summary>
internal sealed class BlockNotices(TimeProvider clock, ILogger<BlockNotices> logger)
{
    private readonly NoticeGate _gate = new(clock);

    public void Began(IPAddress client, TimeSpan period, string reason, bool isDryRun)
    {
        if (_gate.MayTell(out var unlogged))
            ThrottleLog.Blocked(logger, client, period, reason, isDryRun, unlogged);
    }
}
