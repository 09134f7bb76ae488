namespace Weir.Policies.Caching.Purging;

/// <summary>What purges say of an entry.</summary>
internal enum PurgeVerdict
{
    /// <summary>None concerns it.</summary>
    None,

    /// <summary>It is stale since a moment.</summary>
    Soft,

    /// <summary>It is gone.</summary>
    Hard,
}
