using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Weir.Forwarding.Connections;
using Weir.Forwarding.Http1;
using Weir.Forwarding.Tasks;
using Yarp.ReverseProxy.Forwarder;

namespace Weir.Forwarding.Upstream;

/// <summary>One try on one connection: sends the request, reads the head of the answer, passes the rest on.</summary>
internal sealed class ExchangeRunner(BodyRelay relay, Tunnels tunnels, ForwardingMetrics metrics)
{
    /// <summary>Interim answers (1xx) read before the real one; Kestrel has no way to pass them on.</summary>
    private const int MaxInterim = 16;

    [AsyncMethodBuilder(typeof(ReusedAsyncBuilder<>))]
    public async ValueTask<ExchangeResult> RunAsync(Exchange exchange)
    {
        var connection = exchange.Connection!;
        // The client's leave closes the connection, and with it ends whatever is waited for here.
        exchange.Leaving = exchange.Context.RequestAborted.UnsafeRegister(static c => ((UpstreamConnection)c!).Close(), connection);
        Task? sending = null;
        try
        {
            exchange.Expect(exchange.SendTicks);
            var send = Upload.SendAsync(exchange);
            if (send.IsCompletedSuccessfully)
                send.GetAwaiter().GetResult();
            else
                exchange.Sending = sending = send.AsTask();
            return await ReadAnswerAsync(exchange, connection);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            return Judge(exchange, connection, error);
        }
        finally
        {
            if (sending is not null)
                await EndUploadAsync(exchange, connection, sending);
        }
    }

    [AsyncMethodBuilder(typeof(ReusedAsyncBuilder<>))]
    private async ValueTask<ExchangeResult> ReadAnswerAsync(Exchange exchange, UpstreamConnection connection)
    {
        var answer = exchange.Answer;
        answer.Begin(exchange.Context.Response, withMessage: !exchange.Plan.KnowsResponse);
        for (var interim = 0; ;)
        {
            var status = ResponseHeadParser.Parse(connection.Unread, answer, out var length, out var fault);
            if (status == HeadStatus.NeedMore)
            {
                if (exchange.Sending is not { IsCompleted: false })
                    exchange.Expect(exchange.ReadTicks);
                var received = await connection.FillAsync(ResponseHeadParser.MaxBytes);
                if (received == 0)
                    return exchange.HasAnswer ? Broken(exchange, "The server closed within the head of its answer.") : ExchangeResult.Unanswered;
                connection.Filled(received);
                exchange.HasAnswer = true;
                continue;
            }

            if (status == HeadStatus.Invalid)
                return Refuse(exchange, fault);
            connection.Consume(length);
            if (answer.Status >= 200)
                return await PassOnAsync(exchange, connection);
            if (answer.Status == StatusCodes.Status101SwitchingProtocols)
                return IsAskedFor(exchange, answer.Upgrade) ? await tunnels.RunAsync(exchange, connection) : Refuse(exchange, ResponseFault.UnaskedUpgrade);
            if (++interim > MaxInterim)
                return Refuse(exchange, ResponseFault.TooManyInterim);
        }
    }

    /// <summary>True for a protocol of the list that the client sent.</summary>
    private static bool IsAskedFor(Exchange exchange, string? upgrade) =>
        upgrade is { Length: > 0 } && exchange.Upgrade is { } asked
        && asked.Split(',', StringSplitOptions.TrimEntries).Contains(upgrade, StringComparer.OrdinalIgnoreCase);

    private ValueTask<ExchangeResult> PassOnAsync(Exchange exchange, UpstreamConnection connection)
    {
        var answer = exchange.Answer;
        var kind = answer.Resolve(exchange.IsHead, out var length);
        if (answer.Fault != ResponseFault.None)
            return new ValueTask<ExchangeResult>(Refuse(exchange, answer.Fault));
        answer.Finish(kind);
        return answer.Message is null
            ? relay.RunAsync(exchange, connection, kind, length)
            : TransformAsync(exchange, connection, kind, length);
    }

    private async ValueTask<ExchangeResult> TransformAsync(Exchange exchange, UpstreamConnection connection, BodyKind kind, long length)
    {
        var context = exchange.Context;
        if (await exchange.Transformer.TransformResponseAsync(context, exchange.Answer.Message!, context.RequestAborted))
            return await relay.RunAsync(exchange, connection, kind, length);
        // A transform wants no body: what is left of it ends with its connection.
        exchange.ServerDone(mayReuse: kind == BodyKind.None && !exchange.Answer.Closes);
        return ExchangeResult.Done;
    }

    private ExchangeResult Refuse(Exchange exchange, ResponseFault fault)
    {
        metrics.Refused(fault);
        return exchange.Fail(ForwarderError.ResponseHeaders, new InvalidDataException($"The server's answer is not safe to pass on: {fault}."));
    }

    private static ExchangeResult Broken(Exchange exchange, string what) =>
        exchange.Fail(exchange.Context.Response.HasStarted ? ForwarderError.ResponseBodyDestination : ForwarderError.Request, new IOException(what));

    /// <summary>Says what an exception means at the place that the request had reached.</summary>
    private ExchangeResult Judge(Exchange exchange, UpstreamConnection connection, Exception error)
    {
        var hasStarted = exchange.Context.Response.HasStarted;
        if (exchange.UploadFault is { } fault)
            return exchange.Fail(ForwarderError.RequestBodyClient, fault);
        if (exchange.ClientGone)
            return exchange.Fail(hasStarted ? ForwarderError.ResponseBodyCanceled : ForwarderError.RequestCanceled, new OperationCanceledException("The client left.", error));
        if (connection.HasExpired)
        {
            metrics.TimedOut();
            return exchange.Fail(
                hasStarted ? ForwarderError.ResponseBodyDestination : ForwarderError.RequestTimedOut,
                new TimeoutException($"The server at {connection.Pool.Server.Address} was silent for too long.", error));
        }

        if (error is InvalidDataException)
        {
            metrics.Refused(ResponseFault.HeadTooLarge);
            return exchange.Fail(ForwarderError.ResponseHeaders, error);
        }

        if (hasStarted)
            return exchange.Fail(ForwarderError.ResponseBodyDestination, error);
        // A transform that throws, an upgrade that Kestrel has no room for: not the server's fault, and no reason to ask another.
        if (error is not (IOException or System.Net.Sockets.SocketException))
            return exchange.Fail(ForwarderError.ResponseHeaders, error);
        exchange.Fail(ForwarderError.Request, new HttpRequestException(HttpRequestError.ResponseEnded, error.Message, error));
        return exchange.HasAnswer ? ExchangeResult.Failed : ExchangeResult.Unanswered;
    }

    /// <summary>
    /// Ends the upload of a request whose answer is through, or that failed: nobody may read the client's body after the request
    /// has ended.
    /// </summary>
    private static async ValueTask EndUploadAsync(Exchange exchange, UpstreamConnection connection, Task sending)
    {
        if (!sending.IsCompleted)
        {
            connection.Close();
            if (exchange.HasStreamed)
                exchange.Context.Request.BodyReader.CancelPendingRead();
        }

        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        exchange.Sending = null;
    }
}
