namespace Weir.Forwarding.Admission;

/// <summary>What becomes of a request whose session is pinned to one server.</summary>
public enum StickyVerdict
{
    /// <summary>The server has a free slot: take it.</summary>
    Use,

    /// <summary>The server is full: wait for a slot on it.</summary>
    Wait,

    /// <summary>Choose another server and pin the session to that one.</summary>
    Repin,

    /// <summary>The server takes nothing and the cluster's failure policy forbids another: answer 503.</summary>
    Refuse,
}
