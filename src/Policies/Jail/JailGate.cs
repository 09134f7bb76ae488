using System.Net;
using Microsoft.Extensions.Logging;
using Weir.Policies.Contracts;

namespace Weir.Policies.Jail;

/// <summary>Shuts banned clients out before TLS.</summary>
internal sealed class JailGate(IBans bans, JailMetrics metrics, ILogger<JailGate> logger) : IConnectionGate
{
    /// <summary>A word for metrics.</summary>
    public string Name => "jail";

    public GateAnswer Open(IPAddress client, ulong key, bool isDirect)
    {
        if (bans.Find(client) is null)
            return GateAnswer.Passed;
        metrics.Refused("connection");
        JailLog.Refused(logger, "connection");
        return GateAnswer.Refused;
    }

    public void Closed(ulong key)
    {
    }
}
