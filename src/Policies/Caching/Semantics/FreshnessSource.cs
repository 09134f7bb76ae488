namespace Weir.Policies.Caching.Semantics;

/// <summary>Where a lifetime comes from.</summary>
internal enum FreshnessSource
{
    /// <summary>There is none.</summary>
    None,
    SharedMaxAge,
    MaxAge,
    Expires,
    Heuristic,

    /// <summary>The operator's own, by status.</summary>
    Operator,
}
