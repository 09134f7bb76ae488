using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Weir.Forwarding;
using Weir.Forwarding.Admission;
using Weir.Policies.Contracts;
using Weir.Policies.Jail.Live;
using Weir.Policies.Jail.Offences;

namespace Weir.Policies.Jail;

/// <summary>
/// Refuses the requests of banned clients, and looks at how others were answered where a jail wants to know. With nobody
/// banned and no such jail a request costs a look-up and no memory.
/// </summary>
internal sealed class JailMiddleware(
    RequestDelegate next, IBans bans, CurrentJail current, OffenceDesk desk, LiveQueue live, IClientRules clients, JailMetrics metrics, ILogger<JailMiddleware> logger)
{
    private const int CloseWithoutAnswer = 444;

    private static readonly Refusal Forbidden = new(StatusCodes.Status403Forbidden, "banned", Fault.Client, MayRetry: false, RetryAfterSeconds: 0);
    private static readonly Refusal TooMany = new(StatusCodes.Status429TooManyRequests, "banned", Fault.Client, MayRetry: false, RetryAfterSeconds: 0);

    public Task InvokeAsync(HttpContext context)
    {
        var client = ClientOf(context);
        if (!client.IsTrusted && bans.Find(client.Address) is not null)
            return RefuseAsync(context, client);
        return current.Now.LooksAtAnswers || live.IsWanted ? WatchAsync(context, client) : next(context);
    }

    private async Task WatchAsync(HttpContext context, IClientFeature client)
    {
        if (client.IsTrusted)
        {
            await next(context);
            return;
        }

        long written = 0;
        if (live.IsWanted)
        {
            using var body = CountedBody.Over(context);
            await next(context);
            written = body.Count;
        }
        else
        {
            await next(context);
        }

        var request = context.Request;
        var status = context.Response.StatusCode;
        if (current.Now.LooksAtAnswers && status is >= 400 and < 500)
        {
            var triedToLogIn = LogInAttempt.Failed(request.Headers, context.Response.Headers);
            desk.Answered(client, request.Path.Value ?? "/", status, triedToLogIn, IsCrossSite(request.Headers));
        }

        live.Add(context, client, written);
    }

    // A page of another site can have its visitors' browsers ask for anything; browsers say so here, and no page can change it.
    private static bool IsCrossSite(IHeaderDictionary headers) => headers["Sec-Fetch-Site"] is [{ } site] && site == "cross-site";

    private Task RefuseAsync(HttpContext context, IClientFeature client)
    {
        metrics.Refused("request");
        JailLog.Refused(logger, "request");
        // Behind a proxy the connection belongs to everybody who comes through it.
        if (!client.IsDirect)
            return (current.Now.Status == 429 ? TooMany : Forbidden).WriteAsync(context);
        if (current.Now.Status == CloseWithoutAnswer)
        {
            // Abort alone would end one stream of HTTP/2, and the connection would go on.
            context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
            context.Abort();
            context.Features.Get<IConnectionLifetimeFeature>()?.Abort();
            return Task.CompletedTask;
        }

        if (HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol))
            context.Response.Headers.Connection = "close";
        else
            context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        return (current.Now.Status == 429 ? TooMany : Forbidden).WriteAsync(context);
    }

    private IClientFeature ClientOf(HttpContext context)
    {
        if (context.Features.Get<IClientFeature>() is { } client)
            return client;
        var key = context.Features.Get<IClientKeyFeature>();
        if (key is not IClientFeature known)
            known = new PeerClient(key?.ClientKey ?? 0, key?.Address, clients.IsTrusted(key?.Address));
        // The stages that follow look for it too.
        context.Features.Set(known);
        return known;
    }
}
