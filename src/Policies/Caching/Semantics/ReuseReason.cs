namespace Weir.Policies.Caching.Semantics;

/// <summary>Why.</summary>
internal enum ReuseReason
{
    Fresh,

    /// <summary>Past its freshness, or softly purged.</summary>
    Stale,

    /// <summary>no-cache in the answer.</summary>
    NoCache,

    /// <summary>The request wants it so.</summary>
    Request,
}
