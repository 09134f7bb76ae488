using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Weir.Forwarding.Buffering;
using Weir.Forwarding.Connections;
using Weir.Forwarding.Http1;
using Yarp.ReverseProxy.Forwarder;

namespace Weir.Forwarding.Upstream;

/// <summary>
/// Takes the rest of an answer from the server at the server's speed and gives it to the client at the client's: a worker is free
/// when it is done, not when a slow reader is. Bounded by <c>Weir:Buffering</c>; past the bounds the server waits.
/// </summary>
internal sealed class SlowClient(Spools spools, BufferingRulesSource rules, ForwardingMetrics metrics)
{
    /// <summary>True when the request's route has its answers buffered.</summary>
    public bool Serves(Exchange exchange) =>
        rules.Current.For(exchange.Context.GetReverseProxyFeature().Route.Config.RouteId).Answers;

    /// <summary>Passes on the rest of the body.</summary>
    /// <param name="exchange">The exchange; its body is not done.</param>
    /// <param name="connection">Where the body comes from.</param>
    /// <param name="writer">The client's side.</param>
    /// <param name="flush">The flush that the client did not take at once.</param>
    public async ValueTask<ExchangeResult> RunAsync(Exchange exchange, UpstreamConnection connection, PipeWriter writer, ValueTask<FlushResult> flush)
    {
        while (true)
        {
            var (result, unspooled) = await RunOnceAsync(exchange, connection, writer, flush);
            if (unspooled.IsEmpty)
                return result;
            // The bounds of all spools together leave none for this one: the server waits until the client has taken each part.
            writer.Write(unspooled.Span);
            flush = writer.FlushAsync();
        }
    }

    private async ValueTask<(ExchangeResult Result, ReadOnlyMemory<byte> Unspooled)> RunOnceAsync(
        Exchange exchange, UpstreamConnection connection, PipeWriter writer, ValueTask<FlushResult> flush)
    {
        using var spool = spools.ForAnswer();
        var writing = WriteOutAsync(exchange, spool, connection, writer, flush);
        ExchangeResult result;
        var unspooled = ReadOnlyMemory<byte>.Empty;
        try
        {
            (result, unspooled) = await CollectAsync(exchange, connection, spool);
            if (result == ExchangeResult.Done)
                spool.Complete();
            else
                spool.Fail(exchange.Cause!);
        }
        catch (Exception error)
        {
            // Given up by the writing side before anything failed here.
            var isAbandoned = exchange.Connection is null;
            spool.Fail(error);
            await writing;
            if (isAbandoned)
                return (exchange.Fail(ForwarderError.ResponseBodyCanceled, new OperationCanceledException("The client left.", error)), default);
            throw;
        }

        return await writing || result != ExchangeResult.Done
            ? (result, unspooled)
            : (exchange.Fail(ForwarderError.ResponseBodyCanceled, new OperationCanceledException("The client left.")), default);
    }

    /// <summary>Collects to the end of the body, or to a part for which not even an empty spool has room.</summary>
    private async ValueTask<(ExchangeResult Result, ReadOnlyMemory<byte> Unspooled)> CollectAsync(Exchange exchange, UpstreamConnection connection, Spool spool)
    {
        var body = exchange.AnswerBody;
        while (true)
        {
            while (body.Next(connection) is { Length: > 0 } run)
            {
                if (!await AppendAsync(exchange, spool, run))
                    return (ExchangeResult.Done, run);
            }

            if (body.Fault != ResponseFault.None)
            {
                metrics.Refused(body.Fault);
                return (exchange.Fail(ForwarderError.ResponseBodyDestination, new InvalidDataException($"The body of the server's answer is malformed: {body.Fault}.")), default);
            }

            if (body.IsDone)
                break;
            exchange.Expect(exchange.ReadTicks);
            var received = await connection.FillAsync();
            connection.Filled(received);
            if (received == 0 && !body.EndsWithClose())
                return (exchange.Fail(ForwarderError.ResponseBodyDestination, new IOException("The server closed within the body of its answer.")), default);
        }

        exchange.ServerDone(mayReuse: body.Kind != BodyKind.UntilClose && !exchange.Answer.Closes);
        return (ExchangeResult.Done, default);
    }

    /// <summary>Past the bounds the server waits for the client after all; false when there is no room though nothing is kept.</summary>
    private static async ValueTask<bool> AppendAsync(Exchange exchange, Spool spool, ReadOnlyMemory<byte> run)
    {
        while (!await spool.AppendAsync(run))
        {
            if (spool.Refusal == SpoolRefusal.Disposed)
                throw new OperationCanceledException("The client left.");
            // It is not the server that is slow now.
            exchange.Expect(Exchange.Never);
            if (spool.IsEmpty)
                return false;
            await spool.WaitForRoomAsync();
        }

        return true;
    }

    /// <summary>Gives the client what was collected; false when it left.</summary>
    private static async Task<bool> WriteOutAsync(Exchange exchange, Spool spool, UpstreamConnection connection, PipeWriter writer, ValueTask<FlushResult> flush)
    {
        try
        {
            while (true)
            {
                var flushed = await flush;
                if (flushed.IsCompleted || flushed.IsCanceled)
                    break;
                var bytes = await spool.ReadAsync();
                if (bytes.Length == 0)
                    return true;
                writer.Write(bytes.Span);
                spool.Advance(bytes.Length);
                flush = writer.FlushAsync();
            }
        }
        catch (Exception error) when (error is IOException or System.Net.Sockets.SocketException or OperationCanceledException or InvalidOperationException or InvalidDataException)
        {
            // The client, or the collecting side, which says itself why.
        }

        // Nobody takes the rest: the server need not make it.
        exchange.Abandon(connection);
        spool.Dispose();
        return false;
    }
}
