using Microsoft.AspNetCore.Http;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Fetching;
using Weir.Policies.Caching.Keys;
using Weir.Policies.Caching.Rules;
using Weir.Policies.Caching.Semantics;
using Weir.Policies.Caching.Tiers;
using Yarp.ReverseProxy;

namespace Weir.Policies.Caching;

/// <summary>Finds where a URL may be stored, and drops what an unsafe method has changed (RFC 9111 section 4.4).</summary>
internal sealed class Invalidator(CurrentCachingRules rules, IProxyStateLookup proxy, CacheTiers tiers, FetchTable fetches, CachingMetrics metrics)
{
    /// <summary>Routes that one URL is looked for under: more than one are only told apart by headers.</summary>
    private const int MaxRoutes = 64;

    /// <summary>Raised with the key of a URL that was dropped here, for the other gateways.</summary>
    public event Action<CacheKey>? Dropped;

    /// <summary>Drops what the answer makes stale: its own URL, and those that it names on the same origin.</summary>
    public async Task ByAsync(RequestFacts facts, HttpResponse response)
    {
        var targets = Invalidation.Targets(facts, response.StatusCode, FetchRequest.Lines(response.Headers, null));
        if (targets.Count == 0)
            return;
        metrics.Invalidated(targets.Count);
        foreach (var target in targets)
        {
            foreach (var text in TextsOf(facts.Scheme, facts.Authority, target))
            {
                var key = CacheKey.Of(text);
                fetches.Spoil(key);
                await tiers.RemoveAsync(key, CancellationToken.None);
                Dropped?.Invoke(key);
            }
        }
    }

    /// <summary>The key texts under which the routes now may have stored a URL.</summary>
    /// <param name="target">Path and query as a server gets them.</param>
    public IReadOnlyList<byte[]> TextsOf(string scheme, string authority, string target)
    {
        var texts = new List<byte[]>();
        var host = new HostString(authority).Host;
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? target : target[..query];
        foreach (var (id, route) in rules.Now.Routes)
        {
            if (texts.Count < MaxRoutes && proxy.TryGetRoute(id, out var model) && CachedRoute.MayServe(model.Config.Match, host, path)
                && PrimaryKey.Make(route, scheme, authority, target) is { } text)
            {
                texts.Add(text);
            }
        }

        return texts;
    }
}
