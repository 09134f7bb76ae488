using Microsoft.AspNetCore.Http;
using Weir.Policies.Caching.Answers;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Keys;
using Weir.Policies.Caching.Rules;
using Weir.Policies.Caching.Semantics;
using Weir.Policies.Caching.Tiers;
using Yarp.ReverseProxy.Model;

namespace Weir.Policies.Caching;

/// <summary>
/// Answers from the store, and stores what may be stored. A fresh answer in memory is sent at once; everything else is
/// <see cref="CacheFlow"/>'s.
/// </summary>
internal sealed class CachingMiddleware(
    RequestDelegate next, CurrentCachingRules rules, CacheLookup lookup, CacheFlow flow, Invalidator invalidator, StoredAnswer answers,
    CachingMetrics metrics, TimeProvider clock)
{
    public Task InvokeAsync(HttpContext context)
    {
        var now = rules.Now;
        if (!now.Enabled || context.Features.Get<IReverseProxyFeature>() is not { } proxy)
            return next(context);
        var request = context.Request;
        var safe = Invalidation.IsSafe(request.Method);
        var route = now.Of(proxy.Route.Config.RouteId);
        if (route is null && safe)
            return next(context);
        var target = PrimaryKey.TargetOf(context);
        if (target is null || !request.Host.HasValue)
            return route is null ? next(context) : PassAsync(context, ForwardReason.Bypass, CacheResult.Bypass);
        var semantics = route?.Policy.Semantics ?? SemanticRules.Default;
        var headers = request.Headers;
        var facts = new RequestFacts(
            request.Method, request.Scheme, request.Host.Value, target, headers.Authorization.Count > 0, headers.Range.Count > 0,
            RequestFacts.Directives(headers.CacheControl, headers.Pragma, semantics));
        if (!safe)
            return InvalidateAsync(context, facts, isCached: route is not null);
        var policy = route!.Policy;
        if (!(facts.IsGet || facts.IsHead))
            return PassAsync(context, ForwardReason.Method, CacheResult.Bypass);
        if (RequestGate.Bypasses(context, target, policy))
            return PassAsync(context, ForwardReason.Bypass, CacheResult.Bypass);

        Span<byte> buffer = stackalloc byte[PrimaryKey.MaxBytes];
        var length = PrimaryKey.Write(route, facts.Scheme, facts.Authority, target, buffer);
        if (length == 0)
            return PassAsync(context, ForwardReason.Bypass, CacheResult.Bypass);
        var text = buffer[..length];
        var key = CacheKey.Of(text);
        var found = lookup.InMemory(key, text, policy, headers);
        if (found.Response is { } stored)
        {
            var at = clock.GetUtcNow().ToUnixTimeMilliseconds();
            var reuse = Reuse.Decide(stored, facts.Control, at);
            var part = Part.Of(stored, facts, headers.Range, headers.IfRange, at);
            if (reuse.Kind == ReuseKind.Hit && part.Kind != PartKind.Elsewhere)
            {
                metrics.Ended(reuse.Ttl > 0 ? CacheResult.Hit : CacheResult.Stale);
                var shown = policy.Options.ShowKey ? target : null;
                return answers.SendAsync(context, facts, stored, part, reuse.Age, at, policy, new CacheStatus { Cache = now.Options.Name, Ttl = reuse.Ttl, Key = shown });
            }
        }

        var cached = new CachedRequest(route, facts, key, text.ToArray());
        return flow.GoAsync(context, next, cached, found);
    }

    private Task PassAsync(HttpContext context, ForwardReason reason, CacheResult result)
    {
        metrics.Ended(result);
        PassedAnswer.Mark(context, rules.Now.Options.Name, reason);
        return next(context);
    }

    private Task InvalidateAsync(HttpContext context, RequestFacts facts, bool isCached)
    {
        if (isCached)
        {
            metrics.Ended(CacheResult.Bypass);
            PassedAnswer.Mark(context, rules.Now.Options.Name, ForwardReason.Method);
        }

        // Before the answer's head goes out: who has it finds the change.
        context.Response.OnStarting(() => invalidator.ByAsync(facts, context.Response));
        return next(context);
    }
}
