namespace Weir.Stores.Redis;

/// <summary>Why a command has no reply.</summary>
public enum RedisFault
{
    /// <summary>No connection: nothing was sent.</summary>
    NotConnected,

    /// <summary>The connection ended; the server may have done it or not.</summary>
    ConnectionLost,

    /// <summary>No reply in time; the server may have done it or not.</summary>
    TimedOut,

    /// <summary>As much is under way as may be: nothing was sent.</summary>
    Full,

    /// <summary>The server's bytes are not RESP or past a bound; the connection was dropped.</summary>
    Malformed,

    /// <summary>User or password are wrong, or the user may not do this.</summary>
    Denied,

    /// <summary>The server's own error, or an endless chain of redirections.</summary>
    Server,
}
