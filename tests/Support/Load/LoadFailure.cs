namespace Weir.Support.Load;

/// <summary>How a request failed, as its client sees it.</summary>
public enum LoadFailure
{
    /// <summary>No complete answer within the client's time-out, counted from the start of the request (with its connect).</summary>
    Timeout,

    /// <summary>A kept-alive connection ended without one byte of answer.</summary>
    StaleClose,

    /// <summary>A new connection ended without an answer, or any connection ended within one.</summary>
    Broken,

    /// <summary>A complete answer with a status outside 200 to 399.</summary>
    Status,

    /// <summary>No connection: refused, unreachable, or out of descriptors.</summary>
    Refused,
}
