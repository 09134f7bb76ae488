namespace Weir.Farm.Model;

/// <summary>What one gateway may use of one Apache.</summary>
public static class GatewayCap
{
    /// <summary>Share of an event server's workers that may be open connections; above it Apache closes readable ones unanswered.</summary>
    public const double EventConnectionShare = 0.9;

    /// <summary>
    /// floor((effectiveMaxRequestWorkers - reserve) / gateways), at least 1. On prefork and worker it bounds open
    /// connections, on event requests in flight.
    /// </summary>
    /// <param name="effectiveMaxRequestWorkers">MaxRequestWorkers after Apache's own clipping, 1 or more.</param>
    /// <param name="reserve">Workers left for the status page and for people, 0 or more; 1 by default.</param>
    /// <param name="gateways">Live gateways that share the server, 1 or more.</param>
    public static int Slots(int effectiveMaxRequestWorkers, int reserve, int gateways) =>
        Math.Max(1, (effectiveMaxRequestWorkers - reserve) / Math.Max(1, gateways));

    /// <summary>Open connections (active and idle) that one gateway keeps to one server.</summary>
    public static int OpenConnections(Mpm mpm, int effectiveMaxRequestWorkers, int reserve, int gateways) => mpm switch
    {
        Mpm.Event => Math.Max(1, (int)(EventConnectionShare * effectiveMaxRequestWorkers / Math.Max(1, gateways))),
        _ => Slots(effectiveMaxRequestWorkers, reserve, gateways),
    };
}
