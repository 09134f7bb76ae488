using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Weir.Forwarding.Connections;
using Weir.Forwarding.Http1;
using Weir.Forwarding.Slots;
using Weir.Forwarding.Tasks;
using Yarp.ReverseProxy.Forwarder;

namespace Weir.Forwarding.Upstream;

/// <summary>
/// Forwards over our own HTTP/1.1 connections. What it does not speak goes to YARP's forwarder: HTTP/2 to the server, WebSockets
/// of HTTP/2 clients, transforms of trailers. A request that a used connection left unanswered is sent once more on a fresh one, if it may be sent twice.
/// </summary>
internal sealed class Http1Forwarder(
    UpstreamPools pools,
    ServerDirectory servers,
    IUpstreamConnector connector,
    TransformPlans plans,
    ForwardingRulesSource rules,
    StockForwarder stock,
    ForwardingMetrics metrics,
    ExchangeRunner runner,
    TimeProvider clock) : IHttpForwarder
{
    public ValueTask<ForwarderError> SendAsync(
        HttpContext context, string destinationPrefix, HttpMessageInvoker httpClient, ForwarderRequestConfig requestConfig, HttpTransformer transformer) =>
        SendAsync(context, destinationPrefix, httpClient, requestConfig, transformer, CancellationToken.None);

    public ValueTask<ForwarderError> SendAsync(
        HttpContext context,
        string destinationPrefix,
        HttpMessageInvoker httpClient,
        ForwarderRequestConfig requestConfig,
        HttpTransformer transformer,
        CancellationToken cancellationToken)
    {
        var current = rules.Current;
        HopByHop.RemoveNamed(context.Request.Headers);
        var plan = plans.Of(transformer);
        if (current.UseStockForwarder || !plan.KnowsTrailers || !Speaks(context, destinationPrefix, requestConfig))
            return stock.Forwarder.SendAsync(context, destinationPrefix, httpClient, requestConfig, transformer, cancellationToken);
        var exchange = Exchange.Rent(context, transformer, plan, current, requestConfig.ActivityTimeout, clock);
        return ForwardAsync(exchange, destinationPrefix);
    }

    /// <summary>
    /// True for HTTP/1.1 to the server: named, or left open. Over TLS an open version with a gRPC call means HTTP/2; over plain
    /// TCP an open version can only be HTTP/1.1.
    /// </summary>
    private static bool Speaks(HttpContext context, string prefix, ForwarderRequestConfig config)
    {
        if (HttpMethods.IsConnect(context.Request.Method) || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true })
            return false;
        if (config.Version is { Major: >= 2 })
            return config.VersionPolicy is null or HttpVersionPolicy.RequestVersionOrLower && !IsTls(prefix);
        return config.Version is { } || !IsTls(prefix)
            || context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) != true;
    }

    private static bool IsTls(string prefix) => prefix.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    [AsyncMethodBuilder(typeof(ReusedAsyncBuilder<>))]
    private async ValueTask<ForwarderError> ForwardAsync(Exchange exchange, string prefix)
    {
        var context = exchange.Context;
        try
        {
            var goesOn = exchange.Plan.KnowsRequest
                ? WriteHead(exchange, prefix)
                : await TransformedRequest.WriteAsync(exchange, prefix);
            if (!goesOn)
                return ForwarderError.None;
            BodyFraming.Write(exchange);
            exchange.HeadLength = exchange.Head.Length;
            var server = exchange.Ticket?.Member.Slots ?? servers.GetOrAdd(prefix);
            var pool = pools.Of(server, context.GetReverseProxyFeature().Cluster.Config.HttpClient);
            var loop = connector.LoopOf(context);
            for (var isRepeated = false; ; isRepeated = true)
            {
                var connection = isRepeated ? null : pool.TryRent(loop, exchange.MayRepeat);
                connection ??= await OpenAsync(pool, loop, exchange, isRepeated);
                if (connection is null)
                    return Fail(exchange);
                exchange.Attach(connection);
                if (await runner.RunAsync(exchange) is var result && result == ExchangeResult.Done)
                    return ForwarderError.None;
                exchange.Drop();
                if (result == ExchangeResult.Unanswered && connection.IsReused && !isRepeated && exchange.MayRepeat && !connection.HasExpired && !exchange.ClientGone)
                {
                    // The server closed a kept connection in the same instant: nothing was lost but the way.
                    metrics.Stale();
                    continue;
                }

                return Fail(exchange);
            }
        }
        catch (InvalidDataException tooLarge)
        {
            exchange.Fail(ForwarderError.RequestCreation, tooLarge);
            return Fail(exchange);
        }
        finally
        {
            exchange.End();
        }
    }

    private static async ValueTask<UpstreamConnection?> OpenAsync(UpstreamPool pool, int loop, Exchange exchange, bool mustBeFresh)
    {
        try
        {
            return await pool.RentAsync(loop, exchange.MayRepeat, mustBeFresh, exchange.Context.RequestAborted);
        }
        catch (OperationCanceledException left)
        {
            exchange.Fail(ForwarderError.RequestCanceled, left);
        }
        catch (Exception error) when (ForwarderErrors.IsNoConnection(error))
        {
            exchange.Fail(ForwarderError.Request, ForwarderErrors.NoConnection(error));
        }

        return null;
    }

    private static bool WriteHead(Exchange exchange, string prefix)
    {
        var context = exchange.Context;
        var plan = exchange.Plan;
        var path = context.Request.Path;
        var query = default(QueryString);
        if (plan.TargetTransforms.Length > 0 && !TargetTransforms.Run(plan.TargetTransforms, context, prefix, out path, out query))
            return false;
        foreach (var guard in plan.Guards)
        {
            guard.Check(context, prefix, path);
            if (TransformedRequest.IsAnswered(context.Response))
                return false;
        }

        if (plan.TargetTransforms.Length > 0)
            RequestHead.Write(exchange.Head, context, prefix, plan, RequestTarget.Encode(path), query.Value);
        else
            RequestHead.Write(exchange.Head, context, prefix, plan, RequestTarget.Encode(context), context.Request.QueryString.Value);
        return true;
    }

    /// <summary>Leaves the answer to a failed request: a status, or the end of one that has begun.</summary>
    private static ForwarderError Fail(Exchange exchange)
    {
        var context = exchange.Context;
        var cause = exchange.Cause ?? new HttpRequestException(HttpRequestError.ResponseEnded, "The server closed the connection without an answer.");
        var error = exchange.Error == ForwarderError.None ? ForwarderError.Request : exchange.Error;
        context.Features.Set<IForwarderErrorFeature>(new ForwardingError(error, cause, exchange is { MayRepeat: true, HasAnswer: false }));
        if (!context.Response.HasStarted)
        {
            context.Response.Clear();
            context.Response.StatusCode = ForwarderErrors.StatusOf(error, cause);
            return error;
        }

        BrokenAnswer.End(context);
        return error;
    }
}
