using Microsoft.AspNetCore.Http;
using Weir.Policies.Caching.Answers;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Fetching;
using Weir.Policies.Caching.Keys;
using Weir.Policies.Caching.Rules;
using Weir.Policies.Caching.Semantics;
using Weir.Policies.Caching.Tiers;

namespace Weir.Policies.Caching;

/// <summary>What becomes of a request that memory does not answer at once: stale, to be validated, or missing.</summary>
internal sealed class CacheFlow(
    CurrentCachingRules rules, CacheLookup lookup, CacheTiers tiers, Fetcher fetcher, MarkClock marks, StoredAnswer answers, FetchFlow fetching,
    CachingMetrics metrics, TimeProvider clock)
{
    public async Task GoAsync(HttpContext context, RequestDelegate next, CachedRequest request, Found found)
    {
        var headers = context.Request.Headers;
        if (found.Response is null && tiers.Second is not null)
            found = await lookup.InAllAsync(request.Key, request.Text, request.Policy, headers, context.RequestAborted);
        var at = Now;
        if (found.Response is not { } stored)
        {
            await MissAsync(context, next, request, found, found.Miss);
            return;
        }

        var reuse = Reuse.Decide(stored, request.Facts.Control, at);
        var part = Part.Of(stored, request.Facts, headers.Range, headers.IfRange, at);
        if (part.Kind == PartKind.Elsewhere && reuse.Kind != ReuseKind.Unavailable)
        {
            await MissAsync(context, next, request, found with { Response = null, Key = request.Key }, ForwardReason.Partial);
            return;
        }

        switch (reuse.Kind)
        {
            case ReuseKind.Hit:
                await SendAsync(context, request, stored, part, reuse, at);
                break;
            case ReuseKind.HitAndRefresh:
                fetcher.Refresh(context, next, Order(request, found) with { IsRefresh = true }, found.Key);
                await SendAsync(context, request, stored, part, reuse, at);
                break;
            case ReuseKind.Unavailable:
                await UnavailableAsync(context);
                break;
            default:
                await ValidateAsync(context, next, request, found, stored, reuse);
                break;
        }
    }

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private Task SendAsync(HttpContext context, CachedRequest request, CachedResponse stored, Part part, Reuse reuse, long at)
    {
        metrics.Ended(reuse.Ttl > 0 ? CacheResult.Hit : CacheResult.Stale);
        return answers.SendAsync(context, request.Facts, stored, part, reuse.Age, at, request.Policy, new CacheStatus { Cache = rules.Now.Options.Name, Ttl = reuse.Ttl });
    }

    private static FetchOrder Order(CachedRequest request, in Found found) => new()
    {
        Policy = request.Policy,
        // A part is fetched only where that is asked for, see KeepsRange.
        Facts = request.Facts with { Method = "GET", Ranged = false },
        Primary = request.Key,
        Text = request.Text,
        Index = found.Index,
        Stale = found.Response,
        StaleKey = found.Key,
    };

    private Task ValidateAsync(HttpContext context, RequestDelegate next, CachedRequest request, in Found found, CachedResponse stored, Reuse reuse)
    {
        var reason = reuse.Reason == ReuseReason.Request ? ForwardReason.Request : ForwardReason.Stale;
        if (request.Facts.IsHead)
            return PassHeadAsync(context, next, request, found, reason);
        // With something to serve meanwhile, nobody waits in the line: a slot now, or the stale answer.
        var noWait = Reuse.MayReplace(stored, OriginFault.Unreachable, request.Facts.Control, Now, request.Semantics);
        return fetching.GoAsync(context, next, request, Order(request, found) with { NoWait = noWait }, found.Key, reason);
    }

    private Task MissAsync(HttpContext context, RequestDelegate next, CachedRequest request, Found found, ForwardReason reason)
    {
        var facts = request.Facts;
        if (facts.Control.Has(CacheDirectives.OnlyIfCached))
            return UnavailableAsync(context);
        if (facts.IsHead)
            return PassHeadAsync(context, next, request, found, reason);
        var policy = request.Policy;
        if (policy.Options.MinUses > 1 && marks.Use(request.Key) < policy.Options.MinUses)
            return PassAsync(context, next, reason, "min-uses", null);
        if (marks.IsUncacheable(request.Key))
            return PassAsync(context, next, reason, "hit-for-miss", r => JudgeAgain(request, r));
        var asked = context.Request.Headers;
        if ((asked.IfNoneMatch.Count > 0 || asked.IfModifiedSince.Count > 0) && !marks.WasConditional(request.Key))
        {
            // The client may have it already. Should others ask the same way, the next one brings it for all.
            marks.Conditional(request.Key);
            return PassAsync(context, next, reason, "conditional", null);
        }

        var order = Order(request, found);
        if (facts.Ranged && policy.Options.Ranges == RangeMode.Pass)
            order = order with { KeepsRange = true, Facts = facts };
        return fetching.GoAsync(context, next, request, order, VariantOf(context, request, found), reason);
    }

    /// <summary>What is fetched: the variant by the newest rule, as far as one is known.</summary>
    private static CacheKey VariantOf(HttpContext context, CachedRequest request, in Found found) =>
        found.Index is { Rules: [var rule, ..] } index
            && CacheLookup.VariantText(request.Text, index.Generation, rule, request.Policy, context.Request.Headers) is { } text
            ? CacheKey.Of(text)
            : request.Key;

    private Task PassAsync(HttpContext context, RequestDelegate next, ForwardReason reason, string detail, Func<HttpResponse, ValueTask>? seen)
    {
        metrics.Ended(CacheResult.Pass);
        PassedAnswer.Mark(context, rules.Now.Options.Name, reason, detail, seen);
        return next(context);
    }

    /// <summary>A URL whose answers could not be stored may have one that can.</summary>
    private ValueTask JudgeAgain(CachedRequest request, HttpResponse response)
    {
        var judged = Storability.Judge(request.Facts, response.StatusCode, FetchRequest.Lines(response.Headers, null), Now, Now, request.Semantics);
        if (judged.Stored && !(response.ContentLength > request.Policy.Options.MaxObjectBytes))
            marks.Cacheable(request.Key);
        return default;
    }

    /// <summary>HEAD goes as HEAD; what it says of the stored answer to GET counts.</summary>
    private Task PassHeadAsync(HttpContext context, RequestDelegate next, CachedRequest request, Found found, ForwardReason reason)
    {
        var sent = Now;
        return PassAsync(context, next, reason, "head", response =>
        {
            // What others get is not for one client's request to change: a HEAD with a session, or with what no key names, says nothing.
            if (found.Response is not { } stored || request.Facts.Authorized || HasUnkeyed(context, request.Policy))
                return default;
            var lines = FetchRequest.Lines(response.Headers, null);
            var effect = StoredUpdate.ByHead(request.Facts, stored, response.StatusCode, lines, sent, Now, request.Semantics, out _);
            return effect == HeadEffect.Evict ? Dropped(found.Key) : default;
        });
    }

    private static bool HasUnkeyed(HttpContext context, CachePolicy policy)
    {
        foreach (var name in policy.Unkeyed)
        {
            if (context.Request.Headers.ContainsKey(name))
                return true;
        }

        return false;
    }

    private async ValueTask Dropped(CacheKey key) => await tiers.RemoveAsync(key, CancellationToken.None);

    private Task UnavailableAsync(HttpContext context)
    {
        metrics.Ended(CacheResult.Failed);
        return FetchFlow.UnavailableAsync(context, rules.Now.Options.Name);
    }
}
