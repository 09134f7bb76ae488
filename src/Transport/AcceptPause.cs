namespace Weir.Transport;

/// <summary>Why a listener does not accept for the moment.</summary>
internal enum AcceptPause
{
    /// <summary>The process or the system has no file descriptor or no memory left for another socket.</summary>
    Descriptors,

    /// <summary>The transport's bound of open connections is reached.</summary>
    Limit,

    /// <summary>The server has not taken what was accepted already.</summary>
    Queue,
}
