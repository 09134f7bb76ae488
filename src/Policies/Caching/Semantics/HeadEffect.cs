namespace Weir.Policies.Caching.Semantics;

/// <summary>What an answer to HEAD does to the stored answer to GET.</summary>
internal enum HeadEffect
{
    None,
    Freshen,

    /// <summary>It speaks of another representation, or one that may not be stored.</summary>
    Evict,
}
