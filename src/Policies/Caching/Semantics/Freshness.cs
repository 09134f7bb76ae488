using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Semantics;

/// <summary>How fresh an answer is (RFC 9111 section 4.2). Spans in milliseconds, named as in <see cref="CachedResponse"/>.</summary>
internal readonly record struct Freshness
{
    public long InitialAge { get; private init; }

    public long FreshFor { get; private init; }

    public long StaleWhileRevalidate { get; private init; }

    public long StaleIfError { get; private init; }

    public bool MustRevalidate { get; private init; }

    public bool NoCache { get; private init; }

    public FreshnessSource Source { get; private init; }

    /// <summary>The origin said how long, be it zero.</summary>
    public bool Explicit => Source is FreshnessSource.SharedMaxAge or FreshnessSource.MaxAge or FreshnessSource.Expires;

    /// <param name="fields">The head as received, Age in it.</param>
    public static Freshness Of(
        int status, IReadOnlyList<FieldLine> fields, in ResponseControl response, long requestedAt, long receivedAt, SemanticRules rules)
    {
        var control = response.Control;
        long? date = HttpDate.TryParse(FieldText.Single(fields, "Date"), receivedAt, out var at) ? at : null;
        var (lifetime, source) = Lifetime(status, fields, response, date ?? receivedAt, receivedAt, rules);
        var noCache = control.Has(CacheDirectives.NoCache);
        var strict = noCache || control.Has(CacheDirectives.MustRevalidate | CacheDirectives.ProxyRevalidate);
        var shared = control.SharedMaxAge != DeltaSeconds.None;
        return new()
        {
            InitialAge = InitialAgeOf(fields, date, requestedAt, receivedAt),
            FreshFor = noCache ? 0 : lifetime,
            StaleWhileRevalidate = strict ? 0 : Math.Max(0, control.StaleWhileRevalidate) * 1000,
            StaleIfError = strict ? 0 : StaleWindow(control.StaleIfError, shared, source, rules),
            MustRevalidate = strict || shared,
            NoCache = noCache,
            Source = source,
        };
    }

    // An explicit window wins over s-maxage, which otherwise forbids one (section 4.2.4). What never was fresh is not stale either.
    private static long StaleWindow(long seconds, bool shared, FreshnessSource source, SemanticRules rules)
    {
        if (seconds != DeltaSeconds.None)
        {
            return seconds * 1000;
        }

        return shared || source == FreshnessSource.None ? 0 : rules.StaleOnFailure;
    }

    private static (long, FreshnessSource) Lifetime(
        int status, IReadOnlyList<FieldLine> fields, in ResponseControl response, long date, long now, SemanticRules rules)
    {
        var ours = rules.StatusFreshness.TryGetValue(status, out var byStatus);
        if (ours && rules.StatusFreshnessWins)
        {
            return (byStatus, FreshnessSource.Operator);
        }

        if (response.Control.SharedMaxAge != DeltaSeconds.None)
        {
            return (response.Control.SharedMaxAge * 1000, FreshnessSource.SharedMaxAge);
        }

        if (response.Control.MaxAge != DeltaSeconds.None)
        {
            return (response.Control.MaxAge * 1000, FreshnessSource.MaxAge);
        }

        if (!response.Targeted && FieldText.Has(fields, "Expires"))
        {
            // Several lines, or what is no date, mean: already stale.
            var valid = HttpDate.TryParse(FieldText.Single(fields, "Expires"), now, out var expires);
            return (valid ? Math.Max(0, expires - date) : 0, FreshnessSource.Expires);
        }

        if (ours)
        {
            return (byStatus, FreshnessSource.Operator);
        }

        var estimated = rules.HeuristicPercent > 0 && (StatusCodes.Heuristic(status) || response.Control.Has(CacheDirectives.Public));
        return estimated && HttpDate.TryParse(FieldText.Single(fields, "Last-Modified"), now, out var modified)
            ? (Math.Clamp((date - modified) / 100 * rules.HeuristicPercent, 0, rules.HeuristicMax), FreshnessSource.Heuristic)
            : (0, FreshnessSource.None);
    }

    private static long InitialAgeOf(IReadOnlyList<FieldLine> fields, long? date, long requestedAt, long receivedAt)
    {
        // Date has whole seconds: one of the current second is no age. Counting its milliseconds would halve a max-age of 1.
        var apparent = date is { } at ? Math.Max(0, (receivedAt / 1000 * 1000) - at) : 0;
        return Math.Max(apparent, (AgeField.Parse(fields) * 1000) + Math.Max(0, receivedAt - requestedAt));
    }
}
