namespace Weir.Gateway.Listeners.ProxyProtocol;

/// <summary>What a reading of a PROXY header has found.</summary>
internal enum ProxyHeaderKind
{
    /// <summary>So far it may become one.</summary>
    Incomplete,

    /// <summary>It is none, or a broken one.</summary>
    Malformed,

    /// <summary>Longer than the protocol, or this gateway, allows.</summary>
    TooLong,

    /// <summary>Its checksum is another.</summary>
    Checksum,

    /// <summary>Of datagrams, which do not come over a stream.</summary>
    Datagram,

    /// <summary>It names the client.</summary>
    Client,

    /// <summary>The client has no address: it came through a Unix socket.</summary>
    Nameless,

    /// <summary>It speaks for the peer itself: LOCAL, UNKNOWN, a health check.</summary>
    Peer,
}
