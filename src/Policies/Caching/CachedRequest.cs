using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Rules;
using Weir.Policies.Caching.Semantics;

namespace Weir.Policies.Caching;

/// <summary>A request that the store may answer.</summary>
/// <param name="Route">Its route.</param>
/// <param name="Facts">What the rules need.</param>
/// <param name="Key">Of its URL.</param>
/// <param name="Text">Its text.</param>
internal sealed record CachedRequest(CachedRoute Route, RequestFacts Facts, CacheKey Key, byte[] Text)
{
    public CachePolicy Policy => Route.Policy;

    public SemanticRules Semantics => Route.Policy.Semantics;
}
