using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Weir.Forwarding.Admission;
using Weir.Forwarding.Slots;
using Weir.Forwarding.Tasks;
using Weir.Forwarding.Upstream;
using Yarp.ReverseProxy.Forwarder;

namespace Weir.Forwarding;

/// <summary>
/// Forwards an admitted request and gives its slot back as soon as the answer is through. A failed connection, or an
/// idempotent request without body whose server closed unanswered, is tried on another server within
/// <see cref="RetryOptions"/>.
/// </summary>
internal sealed partial class SlotForwarder(
    IHttpForwarder inner,
    Ejector ejector,
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

    [AsyncMethodBuilder(typeof(ReusedAsyncBuilder<>))]
    private async ValueTask<ForwarderError> SendWithSlotAsync(
        AdmissionTicket ticket,
        HttpContext context,
        string prefix,
        HttpMessageInvoker client,
        ForwarderRequestConfig config,
        HttpTransformer transformer,
        CancellationToken cancel)
    {
        ticket.Line.Budget.Request();
        try
        {
            for (var attempt = 0; ; attempt++)
            {
                var error = await inner.SendAsync(context, prefix, client, config, transformer, cancel);
                if (error == ForwarderError.None)
                {
                    if (context.Response.StatusCode != StatusCodes.Status101SwitchingProtocols)
                        ticket.Answered(clock);
                    return error;
                }

                if (context.RequestAborted.IsCancellationRequested)
                    ticket.Line.GaveUpInService(clock.GetElapsedTime(ticket.ArrivedAt));
                var connectFailed = NeverConnected(context, error);
                var isSilent = error == ForwarderError.RequestTimedOut && IsSilent(ticket);
                if (!ticket.IsAnswered && (isSilent || CountsAgainstServer(context, error)))
                    ejector.Failed(ticket.Member.Slots);
                var server = ticket.Member.Slots.Address;
                if (attempt >= ticket.Rules.MaxRetries
                    || !MaySendAgain(context, error, connectFailed, isSilent)
                    || !await RetryAsync(ticket, context))
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
    /// True when the server of a request that timed out answered nobody for half of the request's time: stopped, not slow. It may
    /// have answered what came before the request, and when it goes on just now, what came after.
    /// </summary>
    private bool IsSilent(AdmissionTicket ticket) => ticket.Member.Slots.Health.Silence.CoversHalf(ticket.AdmittedAt, clock.GetTimestamp());

    /// <summary>True when the budget allows a retry and a server was found for it.</summary>
    private async ValueTask<bool> RetryAsync(AdmissionTicket ticket, HttpContext context)
    {
        if (!ticket.Line.Budget.TryTake(ticket.Rules.RetryBudget))
            return false;
        if (await MoveAsync(ticket, context))
            return true;
        ticket.Line.Budget.GiveBack();
        return false;
    }

    /// <summary>
    /// Gets a slot on another server, in the line if need be; false when there is none. Never the same one: a kept connection
    /// that the server closed is made anew by <see cref="Http1Forwarder"/> and is no failure.
    /// </summary>
    private async ValueTask<bool> MoveAsync(AdmissionTicket ticket, HttpContext context)
    {
        var members = ticket.Line.Members.All;
        if (Array.TrueForAll(members, m => m.Slots == ticket.Member.Slots) || context.Features.Get<INoWaitFeature>() is not null)
            return false;
        var failed = ticket.NoteFailure();
        ticket.Release();
        if (Array.TrueForAll(members, m => failed.Contains(m.Slots)))
            return false;
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
        error == ForwarderError.Request
        && context.Features.Get<IForwarderErrorFeature>()?.Exception is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
        };

    /// <summary>
    /// A failed connection, or a request that the server left unanswered. Not what is this machine's own trouble: no
    /// descriptor or port free, or no connection allowed.
    /// </summary>
    private static bool CountsAgainstServer(HttpContext context, ForwarderError error) =>
        error == ForwarderError.Request
        && !context.RequestAborted.IsCancellationRequested
        && context.Features.Get<IForwarderErrorFeature>()?.Exception is { InnerException: var cause }
        && cause is not ConnectionGateException
        && cause is not SocketException { SocketErrorCode: SocketError.TooManyOpenSockets or SocketError.AddressNotAvailable or SocketError.NoBufferSpaceAvailable };

    /// <summary>True when the same request may go to another server.</summary>
    /// <param name="connectFailed">No server has seen it.</param>
    /// <param name="isSilent">
    /// It timed out, and its server answers nobody: stopped, not slow. A slow answer would only be slow again
    /// elsewhere, and cost two servers.
    /// </param>
    private static bool MaySendAgain(HttpContext context, ForwarderError error, bool connectFailed, bool isSilent)
    {
        if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
            return false;
        // Nothing was sent and no body was read (that would have been another error): even a POST may go elsewhere.
        if (connectFailed)
            return true;
        if (error != ForwarderError.Request && !isSilent)
            return false;
        return context.Features.Get<IForwarderErrorFeature>() is ForwardingError own
            ? own.MayRepeat
            // YARP's forwarder reads a body once.
            : Idempotent.Is(context.Request.Method) && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false };
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
}
