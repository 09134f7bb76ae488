using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Weir.Forwarding;
using Weir.Forwarding.Admission;
using Weir.Policies.Contracts;
using Weir.Policies.Throttle.Bandwidth;
using Weir.Policies.Throttle.Judging;
using Yarp.ReverseProxy.Model;

namespace Weir.Policies.Throttle;

/// <summary>Counts every request of a client that is known by its address, and refuses what is too much.</summary>
internal sealed class ThrottleMiddleware(
    RequestDelegate next,
    CurrentThrottle current,
    ThrottleMetrics metrics,
    BlockNotices notices,
    TimeProvider clock,
    ILogger<ThrottleMiddleware> logger,
    IOffences? offences = null)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (current.Now is not { Rules: var rules } active)
            return next(context);
        var client = context.Features.Get<IClientFeature>();
        var who = client ?? context.Features.Get<IClientKeyFeature>();
        if (who?.Address is not { } address || client is { IsTrusted: true } || rules.Allow.Contains(address))
            return next(context);

        var request = new ThrottleRequest(
            who.ClientKey, address, context.Request.Method, context.Request.Host.Value, context.Request.Path.Value, context.Request.QueryString.Value,
            context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>()?.Config.RouteId);
        var verdict = active.Judge.Judge(rules, request, current.Ticks);
        if (verdict.Reason is not null && Note(rules, client, address, verdict))
            return RefuseAsync(context, rules, verdict);
        if (rules.Options.Headers && verdict.Rule is { } rule)
            RateLimitHeaders.Write(context.Response.Headers, rule, verdict);
        return rules.HasConcurrency || rules.HasBandwidth ? InvokeBoundedAsync(context, active, client, request) : next(context);
    }

    /// <summary>Reports; true when the request is to be refused.</summary>
    private bool Note(ThrottleRules rules, IClientFeature? client, IPAddress address, in Verdict verdict)
    {
        var isDry = rules.Options.DryRun || verdict.IsDry;
        var reason = verdict.Reason!;
        metrics.Refused(reason, isDry);
        ThrottleLog.Refused(logger, address, reason, isDry);
        if (verdict.StartsBlock)
        {
            metrics.Blocked();
            notices.Began(address, rules.Options.BlockingPeriod, reason, isDry);
        }

        if (!isDry && client is not null)
            offences?.Report(client, OffenceKind.Throttle, reason);
        return !isDry;
    }

    private static Task RefuseAsync(HttpContext context, ThrottleRules rules, in Verdict verdict)
    {
        if (rules.Options.Headers && verdict.Rule is { } rule)
            RateLimitHeaders.Write(context.Response.Headers, rule, verdict);
        var status = rules.Options.Status;
        var seconds = (int)Math.Clamp((verdict.Reset + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond, 1, int.MaxValue);
        if (verdict.Reason == ThrottleReason.Quota && rules.Quotas is { } quotas)
        {
            status = quotas.Status == 0 ? status : quotas.Status;
            if (quotas.Content is { } content)
                return QuotaAnswer.WriteAsync(context, status, seconds, content, quotas.ContentType, verdict.Rule!);
        }

        return new Refusal(status, verdict.Reason!, Fault.Client, MayRetry: true, seconds).WriteAsync(context);
    }

    private Task InvokeBoundedAsync(HttpContext context, ActiveThrottle active, IClientFeature? client, in ThrottleRequest request)
    {
        EnteredRules? entered = null;
        var (rate, initial) = (0L, 0L);
        foreach (var rule in active.Rules.Requests)
        {
            if ((rule.Concurrency == 0 && rule.BytesPerSecond == 0) || !rule.Matches(request))
                continue;
            var isDry = rule.IsDryRun || active.Rules.Options.DryRun;
            if (rule.BytesPerSecond > 0 && !isDry && (rate == 0 || rule.BytesPerSecond < rate))
                (rate, initial) = (rule.BytesPerSecond, rule.InitialBytes);
            if (rule.Concurrency == 0)
                continue;
            entered ??= new EnteredRules(active.Judge.Counters);
            if (entered.TryEnter(rule, request.Client, isDry, metrics))
                continue;
            var verdict = new Verdict(ThrottleReason.Concurrency, null, 0, TimeSpan.TicksPerSecond, StartsBlock: false, isDry);
            if (!Note(active.Rules, client, request.Address!, verdict))
                continue;
            entered.Dispose();
            return RefuseAsync(context, active.Rules, verdict);
        }

        if (entered is null && rate == 0)
            return next(context);
        return ProceedAsync(context, entered, rate, initial);
    }

    private async Task ProceedAsync(HttpContext context, EnteredRules? entered, long rate, long initial)
    {
        // Given back when the request is over for the gateway, a WebSocket's with its end, however it ends.
        using (entered)
        {
            if (rate == 0)
            {
                await next(context);
                return;
            }

            using var paced = PacedBody.Over(context, new Pace(rate, initial, clock), metrics);
            await next(context);
        }
    }
}
