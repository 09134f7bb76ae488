using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Weir.Policies.Contracts;

namespace Weir.Policies.RequestRules;

/// <summary>
/// Refuses requests that two readers could understand differently, and takes out what is not for the server. An ordinary
/// request costs one look over its target, Host and headers, and no memory.
/// </summary>
internal sealed class RequestRulesMiddleware(
    RequestDelegate next, CurrentRules rules, RequestRulesMetrics metrics, ILogger<RequestRulesMiddleware> logger, IOffences? offences = null)
{
    private const FieldTraits Faulty = FieldTraits.BadName | FieldTraits.BadValue;

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Features.GetRequiredFeature<IHttpRequestFeature>();
        var headers = request.Headers;
        var now = rules.Now;
        if (JudgeLine(context, request, now) is { } fault)
            return RefuseAsync(context, fault, now);
        var traits = FieldScan.Of(headers);
        if (traits != FieldTraits.None && ApplyRare(request, traits, now) is { } rare)
            return RefuseAsync(context, rare, now);
        if (request.Method is "OPTIONS" && request.RawTarget is "*")
            return AnswerAsteriskAsync(context, now);
        return next(context);
    }

    private static RequestFault? JudgeLine(HttpContext context, IHttpRequestFeature request, RuleSet now)
    {
        if (MethodRule.Judge(context, request.Method, now) is { } method)
            return method;
        var host = request.Headers.Host;
        if (TargetRule.Judge(request.RawTarget, hasHost: host.Count > 0) is { } target)
            return target;
        if (host.Count != 1 || host[0] is not { Length: > 0 } name)
            return host.Count == 0 && HttpProtocol.IsHttp10(request.Protocol) ? null : RequestFault.HostMissing;
        return HostRule.IsValid(name) ? null : RequestFault.HostInvalid;
    }

    /// <summary>The rules about headers that few requests have.</summary>
    private RequestFault? ApplyRare(IHttpRequestFeature request, FieldTraits traits, RuleSet now)
    {
        if ((traits & Faulty) != FieldTraits.None)
            return (traits & FieldTraits.BadName) != FieldTraits.None ? RequestFault.HeaderName : RequestFault.HeaderValue;
        var headers = request.Headers;
        var isHttp10 = HttpProtocol.IsHttp10(request.Protocol);
        var isHttp11 = HttpProtocol.IsHttp11(request.Protocol);
        if ((traits & FieldTraits.OfHttp1) != FieldTraits.None && !isHttp10 && !isHttp11)
            return RequestFault.ConnectionHeader;
        if ((traits & FieldTraits.TransferEncoding) != FieldTraits.None && FramingRule.Judge(headers, isHttp10) is { } framing)
            return framing;
        if ((traits & FieldTraits.Expect) != FieldTraits.None && FieldRules.ApplyExpect(headers, metrics, isHttp10) is { } expect)
            return expect;
        if ((traits & FieldTraits.Underscore) != FieldTraits.None && FieldRules.ApplyUnderscore(headers, now.UnderscoreHeaders, metrics) is { } underscore)
            return underscore;
        if ((traits & FieldTraits.Proxy) != FieldTraits.None)
            FieldRules.ApplyProxy(headers, metrics);
        if ((traits & FieldTraits.TE) != FieldTraits.None)
            FieldRules.ApplyTE(headers, metrics, isHttp10);
        return (traits & (FieldTraits.Connection | FieldTraits.Upgrade)) != FieldTraits.None ? ConnectionRule.Apply(headers, now, metrics, isHttp11) : null;
    }

    private Task RefuseAsync(HttpContext context, RequestFault fault, RuleSet now)
    {
        var refusal = fault.Refusal;
        metrics.Refused(refusal.Reason);
        RequestRulesLog.Refused(logger, refusal.Status, refusal.Reason);
        if (offences is not null && context.Features.Get<IClientFeature>() is { } client)
            offences.Report(client, OffenceKind.BadRequest, refusal.Reason);
        var headers = context.Response.Headers;
        // What follows on this connection could be the rest of this request: nobody reads it.
        if (HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol))
            headers.Connection = "close";
        if (refusal.Status == StatusCodes.Status405MethodNotAllowed)
            headers.Allow = now.Allow;
        return refusal.WriteAsync(context);
    }

    /// <summary><c>OPTIONS *</c> asks the server that it reaches, and that is this one (RFC 9110 section 9.3.7).</summary>
    private static Task AnswerAsteriskAsync(HttpContext context, RuleSet now)
    {
        context.Response.Headers.Allow = now.Allow;
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }
}
