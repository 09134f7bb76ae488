using Microsoft.AspNetCore.Http;
using Weir.Forwarding;
using Weir.Policies.Caching.Answers;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Fetching;
using Weir.Policies.Caching.Rules;
using Weir.Policies.Caching.Semantics;
using Weir.Policies.Caching.Tiers;
using HttpStatus = Microsoft.AspNetCore.Http.StatusCodes;

namespace Weir.Policies.Caching;

/// <summary>Answers a request by a fetch: its own, or another's that is under way.</summary>
internal sealed class FetchFlow(
    CurrentCachingRules rules, Fetcher fetcher, StoredAnswer answers, FetchAnswer fetched, CachingMetrics metrics, TimeProvider clock)
{
    /// <summary>Fetches of others that turn out to be of no use before a request goes by itself.</summary>
    private const int MaxJoins = 2;

    /// <summary>The answer to <c>only-if-cached</c> when nothing is.</summary>
    public static Task UnavailableAsync(HttpContext context, string cache)
    {
        context.Response.Headers.Append(CacheStatus.Field, new CacheStatus { Cache = cache, Forward = ForwardReason.Request, Detail = "only-if-cached" }.ToString());
        return new Refusal(HttpStatus.Status504GatewayTimeout, "only_if_cached", Fault.Client, MayRetry: true, 0).WriteAsync(context);
    }

    public async Task GoAsync(HttpContext context, RequestDelegate next, CachedRequest request, FetchOrder order, CacheKey variant, ForwardReason reason)
    {
        for (var joins = 0; joins < MaxJoins; joins++)
        {
            // A part is this client's own.
            var isNew = true;
            var fetch = order.KeepsRange ? fetcher.TryMake(order) : fetcher.JoinOrMake(order, variant, out isNew);
            if (fetch is null)
                break;
            if (isNew)
            {
                fetcher.Run(fetch, context, next);
                await LeadAsync(context, next, request, fetch, variant, reason);
                return;
            }

            var followed = await FollowAsync(context, request, fetch, reason);
            if (followed == Followed.Answered)
                return;
            // Not behind a second one: answers that are not for all come side by side.
            if (followed == Followed.Alone)
                break;
        }

        metrics.Ended(CacheResult.Pass);
        PassedAnswer.Mark(context, rules.Now.Options.Name, reason, "uncoalesced");
        await next(context);
    }

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private CacheStatus Status(ForwardReason reason, FetchHead head, bool collapsed = false) => new()
    {
        Cache = rules.Now.Options.Name,
        Forward = reason,
        ForwardStatus = head.Kind == FetchKind.Failed ? 0 : head.Status,
        Stored = head.Kind is FetchKind.Stored || (head.Kind == FetchKind.Updated && head.IsShared),
        Collapsed = collapsed,
        Detail = head.Kind == FetchKind.Direct && head.Reason != StorageReason.Stored ? head.Reason.Word() : null,
    };

    /// <summary>The one who asked first.</summary>
    private async Task LeadAsync(HttpContext context, RequestDelegate next, CachedRequest request, Fetch fetch, CacheKey variant, ForwardReason reason)
    {
        var order = fetch.Order;
        try
        {
            var head = await fetch.Head.WaitAsync(context.RequestAborted);
            if (Replacement(request, order, head) is { } stale)
            {
                // Its error is for nobody; what makes room for the refresh.
                fetch.Own(null);
                // The line was full: one waits there in nobody's time, and brings a newer one.
                if (order.NoWait && head.Kind == FetchKind.Failed)
                    fetcher.Refresh(context, next, order with { IsRefresh = true, NoWait = false }, variant);
                await SendStaleAsync(context, request, stale, head);
                return;
            }

            switch (head.Kind)
            {
                case FetchKind.Stored when !HasOwnConditions(context, order):
                    metrics.Ended(CacheResult.Miss);
                    await fetched.SendToOwnerAsync(context, fetch, head, Status(reason, head));
                    break;
                case FetchKind.Stored:
                    metrics.Ended(CacheResult.Miss);
                    await fetched.SendSharedAsync(context, request.Facts, fetch, head, fetch.OwnersReader, Now, Status(reason, head));
                    break;
                case FetchKind.Updated:
                    await SendUpdatedAsync(context, request, head, reason, collapsed: false);
                    break;
                default:
                    metrics.Ended(head.Kind == FetchKind.Failed ? CacheResult.Failed : CacheResult.Miss);
                    await FetchAnswer.SendDirectAsync(context, fetch, head, Status(reason, head));
                    break;
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has left; what is being stored goes on.
        }
        finally
        {
            // Where the answer was not taken, or not to its end, nobody may be waited for.
            fetch.Own(null);
            fetch.OwnersReader.Dispose();
            fetch.Leave();
        }
    }

    /// <summary>One who came while it was under way.</summary>
    private async Task<Followed> FollowAsync(HttpContext context, CachedRequest request, Fetch fetch, ForwardReason reason)
    {
        FillReader? reader = null;
        try
        {
            // A refresh may wait in the line for long. Who has a copy that may be served does not wait with it.
            var order = fetch.Order;
            if (order is { IsRefresh: true, NoWait: false, Stale: { } waiting } && !fetch.Head.IsCompleted
                && Serves(context, request, waiting) && Reuse.MayReplace(waiting, OriginFault.Unreachable, request.Facts.Control, Now, request.Semantics))
            {
                await SendStaleAsync(context, request, waiting, null);
                return Followed.Answered;
            }

            var head = await fetch.Head.WaitAsync(request.Policy.Options.MaxWait, clock, context.RequestAborted);
            if (Replacement(request, order, head) is { } stale && Serves(context, request, stale))
            {
                await SendStaleAsync(context, request, stale, head);
                return Followed.Answered;
            }

            switch (head.Kind)
            {
                case FetchKind.Stored when head.Entry!.IsReusable && Serves(context, request, head.Entry) && IsFor(context, request, head) && (reader = fetch.Body.Read()) is not null:
                    metrics.Ended(CacheResult.Collapsed);
                    await fetched.SendSharedAsync(context, request.Facts, fetch, head, reader, Now, Status(reason, head, collapsed: true));
                    return Followed.Answered;
                case FetchKind.Updated when head.IsShared && head.Entry!.IsReusable && Serves(context, request, head.Entry):
                    await SendUpdatedAsync(context, request, head, reason, collapsed: true);
                    return Followed.Answered;
                case FetchKind.Stored when head.Entry!.IsReusable && Serves(context, request, head.Entry):
                    return Followed.OtherVariant;
                default:
                    return Followed.Alone;
            }
        }
        catch (TimeoutException)
        {
            return Followed.Alone;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return Followed.Answered;
        }
        finally
        {
            reader?.Dispose();
            fetch.Leave();
        }
    }

    /// <summary>What is stored, where it may stand in for an origin that gives nothing better.</summary>
    private CachedResponse? Replacement(CachedRequest request, FetchOrder order, FetchHead head)
    {
        if (order.Stale is not { } stale)
            return null;
        OriginFault? fault = head.Kind switch
        {
            FetchKind.Failed => OriginFault.Unreachable,
            FetchKind.Direct or FetchKind.Stored when head.Status is 500 or 502 or 503 or 504 => OriginFault.ErrorStatus,
            _ => null,
        };
        return fault is { } kind && Reuse.MayReplace(stale, kind, request.Facts.Control, Now, request.Semantics) ? stale : null;
    }

    private Task SendStaleAsync(HttpContext context, CachedRequest request, CachedResponse stale, FetchHead? head)
    {
        metrics.Ended(CacheResult.Stale);
        var at = Now;
        var part = Part.Of(stale, request.Facts, context.Request.Headers.Range, context.Request.Headers.IfRange, at);
        // RFC 9211: a stale answer that stands in for the origin's is a hit.
        var status = new CacheStatus { Cache = rules.Now.Options.Name, Ttl = Reuse.TtlAt(stale, at), Detail = head is null or { Kind: FetchKind.Failed } ? "unreachable" : "error-status" };
        return answers.SendAsync(context, request.Facts, stale, part, stale.AgeAt(at), at, request.Policy, status);
    }

    private Task SendUpdatedAsync(HttpContext context, CachedRequest request, FetchHead head, ForwardReason reason, bool collapsed)
    {
        metrics.Ended(CacheResult.Revalidated);
        var (entry, at) = (head.Entry!, Now);
        var part = Part.Of(entry, request.Facts, context.Request.Headers.Range, context.Request.Headers.IfRange, at);
        return answers.SendAsync(context, request.Facts, entry, part, entry.AgeAt(at), at, request.Policy, Status(reason, head, collapsed));
    }

    /// <summary>The fetch was not made with what the client itself asks for.</summary>
    private static bool HasOwnConditions(HttpContext context, FetchOrder order)
    {
        var headers = context.Request.Headers;
        return headers.IfNoneMatch.Count > 0 || headers.IfModifiedSince.Count > 0 || (headers.Range.Count > 0 && !order.KeepsRange);
    }

    /// <summary>A stored part may be another than the one that this request wants.</summary>
    private bool Serves(HttpContext context, CachedRequest request, CachedResponse stored) =>
        Part.Of(stored, request.Facts, context.Request.Headers.Range, context.Request.Headers.IfRange, Now).Kind != PartKind.Elsewhere;

    /// <summary>The answer is the one that this request selects.</summary>
    private static bool IsFor(HttpContext context, CachedRequest request, FetchHead head) =>
        head.VariantText is not { } theirs
        || CacheLookup.VariantText(request.Text, head.Generation, head.Rule, request.Policy, context.Request.Headers) is { } ours && ours.AsSpan().SequenceEqual(theirs);
}
