namespace Weir.Policies.Caching.Semantics;

/// <summary>What a stored answer is good for now.</summary>
internal enum ReuseKind
{
    /// <summary>Serve it.</summary>
    Hit,

    /// <summary>Serve it, and refresh it in the background.</summary>
    HitAndRefresh,

    /// <summary>Ask the origin, with validators where there are any.</summary>
    Validate,

    /// <summary>504: only-if-cached, and it would have to be validated.</summary>
    Unavailable,
}
