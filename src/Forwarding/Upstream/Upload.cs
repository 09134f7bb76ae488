using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Weir.Forwarding.Buffering;
using Weir.Forwarding.Connections;
using Weir.Forwarding.Http1;

namespace Weir.Forwarding.Upstream;

/// <summary>Sends the head and the body of one request; runs beside the reading of the answer, which may come before the end.</summary>
internal static class Upload
{
    /// <summary>Bodies up to this go out in one send with their head.</summary>
    private const int JoinedBytes = 64 << 10;

    /// <summary>Sends everything.</summary>
    /// <param name="exchange">Its head is written, what frames the body included.</param>
    public static ValueTask SendAsync(Exchange exchange)
    {
        exchange.Head.Truncate(exchange.HeadLength);
        if (exchange.Body == RequestBody.None)
            return SendWrittenAsync(exchange);
        return exchange.Collected switch
        {
            null => StreamAsync(exchange),
            { IsInReader: true } collected => SendJoinedAsync(exchange, collected),
            var collected => SendSpoolAsync(exchange, collected),
        };
    }

    /// <summary>
    /// A small body that lies whole in the client's reader is copied behind the head. It stays in the reader, so that it can be
    /// sent again; the server drops it at the request's end.
    /// </summary>
    private static ValueTask SendJoinedAsync(Exchange exchange, ICollectedBody collected)
    {
        var reader = exchange.Context.Request.BodyReader;
        if (collected.Length > JoinedBytes || !reader.TryRead(out var read))
            return StreamAsync(exchange);
        var head = exchange.Head;
        if (exchange.Body == RequestBody.Chunked && collected.Length > 0)
        {
            head.WriteHex(collected.Length);
            head.Write("\r\n"u8);
        }

        foreach (var segment in read.Buffer)
            head.Write(segment.Span);
        reader.AdvanceTo(read.Buffer.Start, read.Buffer.Start);
        if (exchange.Body == RequestBody.Chunked)
            WriteLastChunk(head, exchange.Context, collected.Length > 0 ? "\r\n"u8 : default);
        return SendWrittenAsync(exchange);
    }

    private static ValueTask SendWrittenAsync(Exchange exchange)
    {
        var sending = exchange.Connection!.SendAsync(exchange.Head.Written);
        return sending.IsCompletedSuccessfully ? sending : ThenExpectAnswerAsync(exchange, sending);
    }

    /// <summary>From here on it is the answer that is waited for.</summary>
    private static async ValueTask ThenExpectAnswerAsync(Exchange exchange, ValueTask sending)
    {
        await sending;
        exchange.Expect(exchange.ReadTicks);
    }

    private static async ValueTask SendSpoolAsync(Exchange exchange, ICollectedBody collected)
    {
        var connection = exchange.Connection!;
        await connection.SendAsync(exchange.Head.Written);
        collected.Rewind();
        while (await ReadAsync(exchange, connection, collected) is { Length: > 0 } bytes)
        {
            exchange.Expect(exchange.SendTicks);
            await SendPartAsync(exchange, connection, bytes);
            collected.Advance(bytes.Length);
        }

        await SendEndAsync(exchange, connection);
    }

    /// <summary>A spool that cannot be read is the gateway's fault: the server must not wait for the rest.</summary>
    private static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(Exchange exchange, UpstreamConnection connection, ICollectedBody collected)
    {
        try
        {
            return await collected.ReadAsync();
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            exchange.UploadFault = new SpoolReadException(error);
            connection.Close();
            throw;
        }
    }

    /// <summary>Sends the body as the client sends it.</summary>
    private static async ValueTask StreamAsync(Exchange exchange)
    {
        var connection = exchange.Connection!;
        await connection.SendAsync(exchange.Head.Written);
        var reader = exchange.Context.Request.BodyReader;
        exchange.HasStreamed = true;
        while (true)
        {
            ReadResult read;
            try
            {
                // How slow a client may be is the listener's to say.
                exchange.Expect(Exchange.Never);
                read = await reader.ReadAsync();
            }
            catch (Exception error)
            {
                exchange.UploadFault = error;
                connection.Close();
                throw;
            }

            // Whatever happens, the reader must be left so that Kestrel can drop the rest of the body.
            var consumed = read.Buffer.Start;
            try
            {
                if (read.IsCanceled)
                    return;
                exchange.Expect(exchange.SendTicks);
                foreach (var segment in read.Buffer)
                    await SendPartAsync(exchange, connection, segment);
                consumed = read.Buffer.End;
            }
            finally
            {
                reader.AdvanceTo(consumed);
            }

            if (read.IsCompleted)
                break;
        }

        await SendEndAsync(exchange, connection);
    }

    private static async ValueTask SendPartAsync(Exchange exchange, UpstreamConnection connection, ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length == 0)
            return;
        if (exchange.Body != RequestBody.Chunked)
        {
            await connection.SendAsync(bytes);
            return;
        }

        var (frame, start) = (exchange.Head, exchange.HeadLength);
        frame.Truncate(start);
        frame.WriteHex(bytes.Length);
        frame.Write("\r\n"u8);
        if (bytes.Length <= 4096)
        {
            frame.Write(bytes.Span);
            frame.Write("\r\n"u8);
            await connection.SendAsync(frame.Written[start..]);
            return;
        }

        await connection.SendAsync(frame.Written[start..]);
        await connection.SendAsync(bytes);
        frame.Truncate(start);
        frame.Write("\r\n"u8);
        await connection.SendAsync(frame.Written[start..]);
    }

    private static async ValueTask SendEndAsync(Exchange exchange, UpstreamConnection connection)
    {
        exchange.Expect(exchange.ReadTicks);
        if (exchange.Body != RequestBody.Chunked)
            return;
        exchange.Head.Truncate(exchange.HeadLength);
        WriteLastChunk(exchange.Head, exchange.Context, default);
        await connection.SendAsync(exchange.Head.Written[exchange.HeadLength..]);
    }

    /// <summary>The last chunk and the client's trailers, without those that a server must not take from there (RFC 9110 section 6.5.1).</summary>
    private static void WriteLastChunk(HeadWriter head, HttpContext context, ReadOnlySpan<byte> before)
    {
        head.Write(before);
        head.Write("0\r\n"u8);
        if (context.Features.Get<IHttpRequestTrailersFeature>() is { Available: true } trailers)
        {
            foreach (var (name, values) in trailers.Trailers)
            {
                if (!TrailerNames.IsForbidden(name))
                    RequestHead.WriteHeader(head, name, values);
            }
        }

        head.Write("\r\n"u8);
    }
}
