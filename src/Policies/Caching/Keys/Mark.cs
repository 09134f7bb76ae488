namespace Weir.Policies.Caching.Keys;

/// <summary>What is remembered of a URL.</summary>
internal enum Mark
{
    None,

    /// <summary>Its answer could not be stored: nobody waits for another's fetch (hit-for-miss).</summary>
    Uncacheable,

    /// <summary>A client asked with conditions of its own and nothing was stored: the next one brings the whole.</summary>
    Conditional,

    /// <summary>How often it was asked for.</summary>
    Uses,
}
