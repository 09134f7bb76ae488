using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Weir.Forwarding.Connections;
using Weir.Forwarding.Http1;
using Weir.Forwarding.Tasks;
using Yarp.ReverseProxy.Forwarder;

namespace Weir.Forwarding.Upstream;

/// <summary>
/// Passes an answer's body on. The server is let go as soon as its last byte is here. While the client takes what it gets, bytes
/// go straight through; from the first time that it does not, <see cref="SlowClient"/> takes over.
/// </summary>
internal sealed class BodyRelay(SlowClient slow, ForwardingMetrics metrics)
{
    /// <summary>Bytes received at once of a body of known length.</summary>
    private const int ReceiveBytes = 64 << 10;

    private const int SmallBytes = 4 << 10;

    /// <summary>Parts passed on without a pause before others get their turn on this thread.</summary>
    private const int PartsPerTurn = 32;

    /// <summary>Passes the body on, its first bytes being in the connection's buffer.</summary>
    public ValueTask<ExchangeResult> RunAsync(Exchange exchange, UpstreamConnection connection, BodyKind kind, long length)
    {
        if (kind == BodyKind.None)
        {
            exchange.ServerDone(mayReuse: !exchange.Answer.Closes);
            return new ValueTask<ExchangeResult>(ExchangeResult.Done);
        }

        var response = exchange.Context.Response;
        if (kind == BodyKind.Chunked && exchange.Answer.Message is null && AnswerBody.WholeLength(connection.Unread) is { } whole)
            response.ContentLength = whole;
        exchange.AnswerBody.Begin(kind, length, response);
        var starting = response.StartAsync();
        return starting.IsCompletedSuccessfully && kind == BodyKind.Length && connection.UnreadLength >= length
            ? PassWholeAsync(exchange, connection, (int)length)
            : PassAsync(exchange, connection, starting);
    }

    /// <summary>A body that came with its head: copied to the client's side at once, and the server is free before the client has it.</summary>
    private static ValueTask<ExchangeResult> PassWholeAsync(Exchange exchange, UpstreamConnection connection, int length)
    {
        // Kestrel's first few KB never wait; more than that must be counted, or a slow client would be cut off.
        if (length > SmallBytes)
            SlowClientRate.Allow(exchange.Context, ReceiveBytes);
        var writer = exchange.Context.Response.BodyWriter;
        writer.Write(connection.Unread[..length]);
        var flush = writer.FlushAsync();
        connection.Consume(length);
        exchange.ServerDone(mayReuse: !exchange.Answer.Closes);
        if (!flush.IsCompletedSuccessfully)
            return AwaitFlushAsync(exchange, flush);
        return new ValueTask<ExchangeResult>(Taken(exchange, flush.GetAwaiter().GetResult()));
    }

    private static async ValueTask<ExchangeResult> AwaitFlushAsync(Exchange exchange, ValueTask<FlushResult> flush) => Taken(exchange, await flush);

    private static ExchangeResult Taken(Exchange exchange, FlushResult flushed) =>
        flushed.IsCompleted || flushed.IsCanceled ? Gone(exchange) : ExchangeResult.Done;

    private static ExchangeResult Gone(Exchange exchange) =>
        exchange.Fail(ForwarderError.ResponseBodyCanceled, new OperationCanceledException("The client left."));

    [AsyncMethodBuilder(typeof(ReusedAsyncBuilder<>))]
    private async ValueTask<ExchangeResult> PassAsync(Exchange exchange, UpstreamConnection connection, Task starting)
    {
        await starting;
        SlowClientRate.Allow(exchange.Context, ReceiveBytes);
        var body = exchange.AnswerBody;
        var writer = exchange.Context.Response.BodyWriter;
        for (var parts = 1; ; parts++)
        {
            var written = WriteReceived(body, connection, writer);
            if (body.Fault != ResponseFault.None)
                return Refuse(exchange, body.Fault);
            if (written == 0 && !body.IsDone)
            {
                var received = await ReceiveAsync(exchange, body, connection, writer);
                if (received == 0 && !body.EndsWithClose())
                    return exchange.Fail(ForwarderError.ResponseBodyDestination, new IOException("The server closed within the body of its answer."));
                if (received > 0 && body.Kind != BodyKind.Length)
                    continue;
            }

            if (body.IsDone)
                exchange.ServerDone(mayReuse: body.Kind != BodyKind.UntilClose && !exchange.Answer.Closes);
            var flush = writer.FlushAsync();
            if (!flush.IsCompletedSuccessfully && !body.IsDone && slow.Serves(exchange))
                return await slow.RunAsync(exchange, connection, writer, flush);
            // It is not the server that is slow now.
            if (!flush.IsCompleted && !body.IsDone)
                exchange.Expect(Exchange.Never);
            var flushed = await flush;
            if (flushed.IsCompleted || flushed.IsCanceled)
                return Gone(exchange);
            if (body.IsDone)
                return ExchangeResult.Done;
            if (parts % PartsPerTurn == 0)
                await Task.Yield();
        }
    }

    /// <summary>
    /// Receives more: a body of known length straight into the client's side, any other into the connection's buffer, because its
    /// framing is taken off, or because it may pause for long and must not hold much memory then.
    /// </summary>
    private static ValueTask<int> ReceiveAsync(Exchange exchange, AnswerBody body, UpstreamConnection connection, PipeWriter writer)
    {
        exchange.Expect(exchange.ReadTicks);
        return body.Kind == BodyKind.Length ? ReceiveThroughAsync(body, connection, writer) : FillAsync(connection);
    }

    [AsyncMethodBuilder(typeof(ReusedAsyncBuilder<>))]
    private static async ValueTask<int> ReceiveThroughAsync(AnswerBody body, UpstreamConnection connection, PipeWriter writer)
    {
        var room = writer.GetMemory((int)Math.Min(body.Left, ReceiveBytes));
        if (room.Length > body.Left)
            room = room[..(int)body.Left];
        var received = await connection.ReceiveAsync(room);
        writer.Advance(received);
        body.Received(received);
        return received;
    }

    [AsyncMethodBuilder(typeof(ReusedAsyncBuilder<>))]
    private static async ValueTask<int> FillAsync(UpstreamConnection connection)
    {
        var received = await connection.FillAsync();
        connection.Filled(received);
        return received;
    }

    private static int WriteReceived(AnswerBody body, UpstreamConnection connection, PipeWriter writer)
    {
        var written = 0;
        while (body.Next(connection) is { Length: > 0 } run)
        {
            writer.Write(run.Span);
            written += run.Length;
        }

        return written;
    }

    private ExchangeResult Refuse(Exchange exchange, ResponseFault fault)
    {
        metrics.Refused(fault);
        return exchange.Fail(ForwarderError.ResponseBodyDestination, new InvalidDataException($"The body of the server's answer is malformed: {fault}."));
    }
}
