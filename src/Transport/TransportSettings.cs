namespace Weir.Transport;

/// <summary>How the transport works; fixed once it has started.</summary>
/// <param name="Loops">Event loops, each a thread; 0 is one per core.</param>
/// <param name="Backlog">Connections that the kernel keeps per listening socket until they are accepted; as Kestrel's 512.</param>
/// <param name="AcceptQueue">Accepted connections per listener that Kestrel has not taken yet; a full queue pauses accepting.</param>
/// <param name="MaxConnections">Open downstream connections of the whole transport; above it accepting pauses. 0 is no bound.</param>
/// <param name="MaxUnreadBytes">
/// Bytes per connection that a reader may look at without consuming; past it the connection is aborted. 0 is no bound.
/// </param>
/// <param name="StallThreshold">A loop that is in one callback for longer counts as stalled.</param>
public sealed record TransportSettings(
    int Loops = 0,
    int Backlog = 512,
    int AcceptQueue = 512,
    int MaxConnections = 0,
    long MaxUnreadBytes = 32L << 20,
    TimeSpan StallThreshold = default)
{
    /// <summary>200 ms: what a client notices, and far more than any callback needs.</summary>
    public static readonly TimeSpan DefaultStallThreshold = TimeSpan.FromMilliseconds(200);

    /// <summary>Event loops that there will be; at least 1.</summary>
    public int LoopCount => Loops > 0 ? Loops : Environment.ProcessorCount;

    internal TimeSpan Stall => StallThreshold > TimeSpan.Zero ? StallThreshold : DefaultStallThreshold;
}
