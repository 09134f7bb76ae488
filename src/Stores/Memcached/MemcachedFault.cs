namespace Weir.Stores.Memcached;

/// <summary>Why a command has no result.</summary>
public enum MemcachedFault
{
    /// <summary>No connection: nothing was sent.</summary>
    NotConnected,

    /// <summary>The connection ended; the server may have done it or not.</summary>
    ConnectionLost,

    /// <summary>No reply in time; the server may have done it or not.</summary>
    TimedOut,

    /// <summary>As much is under way as may be: nothing was sent.</summary>
    Full,

    /// <summary>The server's bytes are not the meta protocol, or past a bound; the connection was dropped.</summary>
    Malformed,

    /// <summary>The value is larger than the server's items may be.</summary>
    TooLarge,

    /// <summary>The server's own error.</summary>
    Server,
}
