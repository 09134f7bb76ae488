namespace Weir.Policies.Caching.Semantics;

/// <summary>Directives that are there or not.</summary>
[Flags]
internal enum CacheDirectives
{
    None = 0,
    NoStore = 1,

    /// <summary>Without fields.</summary>
    NoCache = 2,

    /// <summary>Without fields.</summary>
    Private = 4,
    Public = 8,
    MustRevalidate = 16,
    ProxyRevalidate = 32,
    MustUnderstand = 64,
    NoTransform = 128,
    Immutable = 256,
    OnlyIfCached = 512,
}
