namespace Weir.Gateway.Listeners.ProxyProtocol;

/// <summary>Why a connection to an endpoint with PROXY protocol was closed.</summary>
internal enum ProxyRefusal
{
    /// <summary>The peer may not send a header.</summary>
    NotListed,

    /// <summary>No header, or a broken one.</summary>
    Malformed,

    /// <summary>A header that is too long.</summary>
    TooLong,

    /// <summary>A wrong checksum.</summary>
    Checksum,

    /// <summary>A header of datagrams.</summary>
    Datagram,

    /// <summary>The header did not arrive in time.</summary>
    Timeout,

    /// <summary>The connection ended within the header.</summary>
    Ended,
}
