using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Semantics;

namespace Weir.Policies.Caching.Tiers;

/// <summary>What a look-up found.</summary>
/// <param name="Key">Of <paramref name="Response"/>; the primary key without one.</param>
/// <param name="Response">Null for a miss.</param>
/// <param name="Index">The URL's index, where its answers vary; null when it has none.</param>
internal readonly record struct Found(CacheKey Key, CachedResponse? Response, VaryIndex? Index)
{
    /// <summary>Why the request goes to the origin when there is no answer.</summary>
    public ForwardReason Miss => Index is null ? ForwardReason.UriMiss : ForwardReason.VaryMiss;
}
