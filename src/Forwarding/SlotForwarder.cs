using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Weir.Forwarding.Admission;
using Weir.Forwarding.Slots;
using Yarp.ReverseProxy.Forwarder;

namespace Weir.Forwarding;

/// <summary>
/// Forwards an admitted request and gives its slot back as soon as the answer is through. A failed connection, or an
/// idempotent request without body whose server closed unanswered, is tried on another server within
/// <see cref="RetryOptions"/>; the latter on the same one where there is no other.
/// </summary>
internal sealed partial class SlotForwarder(
    IHttpForwarder inner,
    Ejector ejector,
    RetryBudget budget,
    AdmissionMetrics metrics,
    TimeProvider clock,
    ILogger<SlotForwarder> logger,
    IStickyRules? sticky = null) : IHttpForwarder
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
        CancellationToken cancellationToken) =>
        context.Features.Get<AdmissionTicket>() is { } ticket
            ? SendWithSlotAsync(ticket, context, destinationPrefix, httpClient, requestConfig, transformer, cancellationToken)
            : inner.SendAsync(context, destinationPrefix, httpClient, requestConfig, transformer, cancellationToken);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ForwarderError> SendWithSlotAsync(
        AdmissionTicket ticket,
        HttpContext context,
        string prefix,
        HttpMessageInvoker client,
        ForwarderRequestConfig config,
        HttpTransformer transformer,
        CancellationToken cancel)
    {
        budget.Request();
        try
        {
            for (var attempt = 0; ; attempt++)
            {
                var error = await inner.SendAsync(context, prefix, client, config, transformer, cancel);
                if (error == ForwarderError.None)
                {
                    if (context.Response.StatusCode != StatusCodes.Status101SwitchingProtocols)
                        ticket.Member.Slots.Health.Answered(clock.GetElapsedTime(ticket.AdmittedAt));
                    return error;
                }

                if (context.RequestAborted.IsCancellationRequested)
                    ticket.Line.GaveUpInService(clock.GetElapsedTime(ticket.ArrivedAt));
                var connectFailed = NeverConnected(context, error);
                if (connectFailed)
                    ejector.ConnectFailed(ticket.Member.Slots);
                var server = ticket.Member.Slots.Address;
                if (attempt >= ticket.Rules.MaxRetries
                    || !MaySendAgain(context, error, connectFailed)
                    || !budget.TryTake(ticket.Rules.RetryBudget)
                    || !await MoveAsync(ticket, context, connectFailed))
                {
                    Log(context, server, error, attempt + 1);
                    return error;
                }

                metrics.Retried(connectFailed);
                context.Features.Set<IForwarderErrorFeature>(null);
                context.Response.Clear();
                prefix = ticket.Member.Destination.Model.Config.Address;
                context.GetReverseProxyFeature().ProxiedDestination = ticket.Member.Destination;
            }
        }
        finally
        {
            ticket.Release();
        }
    }

    /// <summary>
    /// Gets a slot on another server, in the line if need be; false when there is none. Where there is no other, an
    /// unanswered request keeps its slot: an event Apache short of workers closes idle connections unanswered, which says
    /// nothing against the server itself.
    /// </summary>
    private async ValueTask<bool> MoveAsync(AdmissionTicket ticket, HttpContext context, bool connectFailed)
    {
        var failed = ticket.Member.Slots;
        if (Array.TrueForAll(ticket.Line.Members.All, m => m.Slots == failed))
            return !connectFailed;
        ticket.Release();
        var request = AdmissionMiddleware.RequestOf(
            context, ticket.Rules, ticket.Route, pinned: null, failed, clock.GetElapsedTime(ticket.ArrivedAt));
        var outcome = await ticket.Line.WaitAsync(request, context.RequestAborted);
        if (outcome.Member is null)
            return false;
        if (ticket.Pinned is not null)
            sticky?.Repin(context);
        ticket.MoveTo(outcome.Member, outcome.Slot, clock.GetTimestamp());
        return true;
    }

    private static bool NeverConnected(HttpContext context, ForwarderError error) =>
        error is ForwarderError.Request or ForwarderError.RequestTimedOut
        && context.Features.Get<IForwarderErrorFeature>()?.Exception is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
        };

    private static bool MaySendAgain(HttpContext context, ForwarderError error, bool connectFailed)
    {
        if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
            return false;
        // Nothing was sent and no body was read (that would have been another error): even a POST may go elsewhere.
        if (connectFailed)
            return true;
        var hasBody = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? true;
        return error == ForwarderError.Request && !hasBody && IsIdempotent(context.Request.Method);
    }

    private void Log(HttpContext context, string server, ForwarderError error, int attempts)
    {
        if (context.RequestAborted.IsCancellationRequested)
            LogClientGone(server, error);
        else
            LogFailed(server, error, attempts, context.Features.Get<IForwarderErrorFeature>()?.Exception?.GetBaseException().Message);
    }

    [LoggerMessage(1003, LogLevel.Warning, "A request to {Server} failed: {Error}, {Attempts} attempts: {Cause}")]
    private partial void LogFailed(string server, ForwarderError error, int attempts, string? cause);

    [LoggerMessage(1004, LogLevel.Debug, "The client of a request to {Server} left: {Error}")]
    private partial void LogClientGone(string server, ForwarderError error);

    private static bool IsIdempotent(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method)
        || HttpMethods.IsPut(method) || HttpMethods.IsDelete(method) || HttpMethods.IsTrace(method);
}
