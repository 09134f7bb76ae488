using System.Collections.Frozen;

namespace Weir.Policies.Caching.Rules;

/// <summary>The section as the data plane reads it.</summary>
internal sealed class CachingRules
{
    /// <summary>The policy that is there without being configured.</summary>
    public const string DefaultPolicy = "default";

    private readonly FrozenDictionary<string, CachedRoute> _routes;

    public CachingRules(CachingOptions options)
    {
        Options = options;
        var policies = options.Policies.ToDictionary(p => p.Key, p => new CachePolicy(p.Key, p.Value), StringComparer.OrdinalIgnoreCase);
        policies.TryAdd(DefaultPolicy, new CachePolicy(DefaultPolicy, new CachePolicyOptions()));
        _routes = options.Enabled
            ? options.Routes.ToFrozenDictionary(r => r.Key, r => new CachedRoute(r.Key, policies[r.Value]), StringComparer.OrdinalIgnoreCase)
            : FrozenDictionary<string, CachedRoute>.Empty;
    }

    public CachingOptions Options { get; }

    public bool Enabled => Options.Enabled;

    /// <summary>Routes that are cached, by id.</summary>
    public IReadOnlyDictionary<string, CachedRoute> Routes => _routes;

    /// <returns>Null for a route that is not cached.</returns>
    public CachedRoute? Of(string route) => _routes.GetValueOrDefault(route);
}
