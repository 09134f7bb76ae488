namespace Weir.Policies.Caching.Stores.Remote;

/// <summary>Why a store did not do what it was asked: the reasons of <c>weir.cache.store.errors</c>.</summary>
internal enum StoreFault
{
    /// <summary>The server's error, a lost connection, anything else.</summary>
    Failed,

    /// <summary>No answer in time.</summary>
    TimedOut,

    /// <summary>There is no connection.</summary>
    NotConnected,

    /// <summary>As much is under way as may be.</summary>
    Full,

    /// <summary>It failed several times in a row and is not asked for a while.</summary>
    LeftAlone,

    /// <summary>What was read is damaged, or no entry.</summary>
    Damaged,

    /// <summary>What was read has another format version.</summary>
    OtherVersion,

    /// <summary>What was read is the entry of another text with the same hash.</summary>
    OtherKey,
}
