using System.Collections.Frozen;
using System.Globalization;
using Weir.Policies.Caching.Semantics;

namespace Weir.Policies.Caching.Rules;

/// <summary>A policy as the data plane reads it.</summary>
internal sealed class CachePolicy
{
    public CachePolicy(string name, CachePolicyOptions options)
    {
        Name = name;
        Options = options;
        Semantics = new SemanticRules
        {
            TargetedFields = options.TargetedFields,
            HeuristicPercent = options.HeuristicPercent,
            HeuristicMax = Millis(options.HeuristicMax),
            StaleOnFailure = Millis(options.StaleOnFailure),
            KeepForValidation = Millis(options.KeepForValidation),
            HonourRequests = options.HonourRequests,
            RefuseSetCookie = options.RefuseSetCookie,
            // No stage stores them yet.
            StorePost = false,
            StatusFreshness = options.FreshFor.ToFrozenDictionary(p => int.Parse(p.Key, CultureInfo.InvariantCulture), p => Millis(p.Value)),
            StatusFreshnessWins = options.FreshForWins,
            Codings = options.Codings,
            ImageFormats = options.ImageFormats,
        };
        Selecting = new SelectingValues(Semantics);
        Query = new QueryRules(options.Query, options.QueryNames, options.SortQuery);
        KeyFields = [.. options.KeyHeaders.Select(h => h.ToLowerInvariant()).Concat(options.KeyCookies.Select(c => KeyCookie + c)).Distinct().Order(StringComparer.Ordinal)];
        BypassCookies = new NamePatterns(options.BypassCookies);
        BypassQuery = new NamePatterns(options.BypassQuery);
        Unkeyed = [.. options.UnkeyedHeaders.Except(options.KeyHeaders, StringComparer.OrdinalIgnoreCase)];
        HitForMissSeconds = (long)Math.Ceiling(options.HitForMiss.TotalSeconds);
    }

    /// <summary>Begins a name in a rule of a variant that stands for one cookie; no field has such a name.</summary>
    public const string KeyCookie = "cookie=";

    public string Name { get; }

    public CachePolicyOptions Options { get; }

    public SemanticRules Semantics { get; }

    public SelectingValues Selecting { get; }

    public QueryRules Query { get; }

    /// <summary>Sorted names that every answer varies by, whatever its Vary says.</summary>
    public string[] KeyFields { get; }

    public NamePatterns BypassCookies { get; }

    public NamePatterns BypassQuery { get; }

    /// <summary>Fields that no key names and no server gets.</summary>
    public string[] Unkeyed { get; }

    public long HitForMissSeconds { get; }

    /// <summary>The rule of an answer's variant: its own, and the policy's.</summary>
    public IReadOnlyList<string> RuleOf(IReadOnlyList<string> vary) =>
        KeyFields.Length == 0 ? vary : [.. vary.Concat(KeyFields).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static long Millis(TimeSpan span) => (long)span.TotalMilliseconds;
}
