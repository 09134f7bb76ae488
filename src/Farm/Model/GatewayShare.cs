namespace Weir.Farm.Model;

/// <summary>What one gateway may use of one Apache, and what that carries.</summary>
public sealed record GatewayShare
{
    /// <summary>Slots: requests in flight on event, open connections on prefork and worker.</summary>
    public required int Cap { get; init; }

    /// <summary><c>requests</c> or <c>connections</c>.</summary>
    public required string CapCounts { get; init; }

    /// <summary>Open connections, idle ones included, that the gateway keeps at most.</summary>
    public required int MaxOpenConnections { get; init; }

    /// <summary>Requests per second with every slot busy: cap / service time.</summary>
    public required double BestRps { get; init; }

    /// <summary>Requests that may wait so that the last one still ends before the deadline.</summary>
    public required long MaxQueue { get; init; }

    /// <summary>Longest wait worth having, in seconds; past it 503 with Retry-After. 0 when a request already takes the whole deadline.</summary>
    public required double QueueTimeoutSeconds { get; init; }

    /// <summary>The arithmetic of section "per-gateway cap", with Little's law for the queue.</summary>
    public static GatewayShare Compute(TuningInputs i, Mpm mpm, int effectiveWorkers)
    {
        var cap = GatewayCap.Slots(effectiveWorkers, i.Reserve, i.Gateways);
        return new()
        {
            Cap = cap,
            CapCounts = mpm == Mpm.Event ? "requests" : "connections",
            MaxOpenConnections = GatewayCap.OpenConnections(mpm, effectiveWorkers, i.Reserve, i.Gateways),
            BestRps = cap / i.ServiceSeconds,
            MaxQueue = (long)Math.Max(0, Math.Floor(cap * (i.DeadlineSeconds - i.ServiceSeconds) / i.ServiceSeconds + 1e-6)),
            QueueTimeoutSeconds = Math.Max(0, i.DeadlineSeconds - (i.ServiceP95Seconds ?? i.ServiceSeconds)),
        };
    }
}
