namespace Weir.Policies.Balancing;

/// <summary>What a pinned session does while its server has no free slot.</summary>
public enum StickyWhenFull
{
    /// <summary>Waits for that server, as long as any request may wait. Sessions that live in the server's memory or files survive.</summary>
    Wait,

    /// <summary>Moves to another server at once; right when sessions live in a shared store and the pin only warms caches.</summary>
    Repin,
}
