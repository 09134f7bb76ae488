using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Rules;
using Weir.Policies.Caching.Semantics;

namespace Weir.Policies.Caching.Fetching;

/// <summary>What to fetch.</summary>
internal sealed record FetchOrder
{
    public required CachePolicy Policy { get; init; }

    public required RequestFacts Facts { get; init; }

    /// <summary>Of the URL.</summary>
    public required CacheKey Primary { get; init; }

    public required byte[] Text { get; init; }

    /// <summary>The URL's index as it was found.</summary>
    public VaryIndex? Index { get; init; }

    /// <summary>What is stored and has to be validated; null for nothing.</summary>
    public CachedResponse? Stale { get; init; }

    /// <summary>Its key.</summary>
    public CacheKey StaleKey { get; init; }

    /// <summary>Nobody waits for it.</summary>
    public bool IsRefresh { get; init; }

    /// <summary>It takes a free slot or fails: what is stored is good enough to wait with.</summary>
    public bool NoWait { get; init; }

    /// <summary>The client's Range goes along.</summary>
    public bool KeepsRange { get; init; }
}
