namespace Weir.Policies.Caching.Semantics;

/// <summary>Why a request went to the origin (RFC 9211 section 2.2).</summary>
internal enum ForwardReason
{
    /// <summary>It did not: a hit.</summary>
    None,

    /// <summary>A rule of the operator's.</summary>
    Bypass,
    Method,
    UriMiss,
    VaryMiss,

    /// <summary>A miss, and which kind is not known.</summary>
    Miss,

    /// <summary>What the request's own directives want.</summary>
    Request,
    Stale,
    Partial,
}
