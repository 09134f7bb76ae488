using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Semantics;

/// <summary>Whether a stored answer may be served now (RFC 9111 section 4.2.4, RFC 5861).</summary>
/// <param name="Age">Its age, ms: what Age says.</param>
/// <param name="Ttl">How long it stays fresh, ms; negative: how long it has been stale.</param>
internal readonly record struct Reuse(ReuseKind Kind, ReuseReason Reason, long Age, long Ttl)
{
    /// <param name="request">The request's directives that count, see <see cref="RequestFacts.Directives"/>.</param>
    public static Reuse Decide(CachedResponse stored, CacheControl request, long now)
    {
        var age = stored.AgeAt(now);
        var ttl = TtlAt(stored, now);
        var (kind, reason) = Judge(stored, request, age, ttl);
        if (kind == ReuseKind.Validate && request.Has(CacheDirectives.OnlyIfCached))
        {
            kind = ReuseKind.Unavailable;
        }

        return new(kind, reason, age, ttl);
    }

    /// <summary>What of its freshness is left, ms; negative when it is stale. A soft purge ends freshness.</summary>
    public static long TtlAt(CachedResponse stored, long now)
    {
        var ttl = stored.FreshFor - stored.AgeAt(now);
        return stored.SoftPurgedAt > 0 ? Math.Min(ttl, stored.SoftPurgedAt - now) : ttl;
    }

    /// <returns>
    /// True when the stored answer may stand in for an origin that gives none. Unreachable covers a full farm: then a permitted copy
    /// goes out and nobody waits. An error that the origin itself sends is replaced only where its stale-if-error says so.
    /// </returns>
    public static bool MayReplace(CachedResponse stored, OriginFault fault, CacheControl request, long now, SemanticRules rules)
    {
        if (stored.NoCache || request.Has(CacheDirectives.NoCache))
        {
            return false;
        }

        var staleFor = -TtlAt(stored, now);
        if (staleFor < 0 || (stored.StaleWhileRevalidate > 0 && staleFor < stored.StaleWhileRevalidate))
        {
            return true;
        }

        return staleFor < stored.StaleIfError
            && (fault == OriginFault.Unreachable || TargetedCacheControl.Choose(stored.Fields, rules.TargetedFields).Control.StaleIfError > 0);
    }

    private static (ReuseKind, ReuseReason) Judge(CachedResponse stored, CacheControl request, long age, long ttl)
    {
        if (stored.NoCache)
        {
            return (ReuseKind.Validate, ReuseReason.NoCache);
        }

        // max-age=0 asks for a reload, however young the answer is.
        if (request.Has(CacheDirectives.NoCache) || request.MaxAge == 0
            || (request.MaxAge > 0 && age > request.MaxAge * 1000) || (request.MinFresh > 0 && ttl < request.MinFresh * 1000))
        {
            return (ReuseKind.Validate, ReuseReason.Request);
        }

        if (ttl > 0)
        {
            return (ReuseKind.Hit, ReuseReason.Fresh);
        }

        if (-ttl < stored.StaleWhileRevalidate)
        {
            return (ReuseKind.HitAndRefresh, ReuseReason.Stale);
        }

        if (!stored.MustRevalidate && request.MaxStale != DeltaSeconds.None && (request.MaxStale == DeltaSeconds.Max || -ttl <= request.MaxStale * 1000))
        {
            return (ReuseKind.Hit, ReuseReason.Request);
        }

        return (ReuseKind.Validate, ReuseReason.Stale);
    }
}
