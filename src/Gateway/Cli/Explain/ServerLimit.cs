namespace Weir.Gateway.Cli.Explain;

/// <summary>What one server may take and why.</summary>
/// <param name="Limit">Slots; null when the answer did not say.</param>
/// <param name="Source">Where the limit comes from.</param>
/// <param name="Reason">The arithmetic.</param>
/// <param name="InFlight">Requests that hold a slot now; null when the gateway was not asked.</param>
/// <param name="Waiting">Requests that wait for the server's cluster; null when the gateway was not asked.</param>
internal sealed record ServerLimit(long? Limit, string Source, string Reason, long? InFlight = null, long? Waiting = null)
{
    /// <summary>A server about which nothing is known yet.</summary>
    public static ServerLimit Unread { get; } = new(
        Weir.Forwarding.Slots.ServerDirectory.DefaultLimit,
        "assumed",
        "Debian's MaxRequestWorkers 150 - reserve 1, until the feed has read the server");
}
