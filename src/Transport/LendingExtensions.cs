using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Win32.SafeHandles;

namespace Weir.Transport;

/// <summary>Sends stored bodies without a copy where the connection allows it, and by an ordinary write where it does not.</summary>
public static class LendingExtensions
{
    /// <summary>Bytes per read and write where a file has to be copied.</summary>
    private const int CopyBytes = 64 * 1024;

    /// <summary>Sends the bytes as (a part of) the body.</summary>
    /// <param name="stored">Must not change until the call has ended.</param>
    /// <returns>As of <see cref="PipeWriter.FlushAsync"/>: completed when the client has gone.</returns>
    public static async ValueTask<FlushResult> SendStoredAsync(this HttpContext context, ReadOnlyMemory<byte> stored, CancellationToken cancel = default)
    {
        var response = context.Response;
        if (stored.IsEmpty || await LenderAsync(context, cancel) is not { } lender || !lender.Lend(stored))
            return await response.BodyWriter.WriteAsync(stored, cancel);
        if (!Take(lender, response.BodyWriter, stored.Length))
            return await response.BodyWriter.WriteAsync(stored, cancel);
        return await FlushAsync(context, stored.Length, cancel);
    }

    /// <summary>Sends a range of a file as (a part of) the body, by sendfile(2) where the connection allows it.</summary>
    /// <param name="offset">First byte; 0 or more.</param>
    /// <param name="count">Bytes. The file has them: a shorter one ends the connection.</param>
    /// <returns>As of <see cref="SendStoredAsync"/>.</returns>
    /// <exception cref="EndOfStreamException">The file is shorter, found out while copying.</exception>
    public static async ValueTask<FlushResult> SendFileRangeAsync(
        this HttpContext context, SafeFileHandle file, long offset, long count, CancellationToken cancel = default)
    {
        var writer = context.Response.BodyWriter;
        var lender = count == 0 ? null : await LenderAsync(context, cancel);
        var result = default(FlushResult);
        while (count > 0 && !result.IsCompleted && !result.IsCanceled)
        {
            var part = (int)Math.Min(count, int.MaxValue);
            if (lender is not null && lender.LendFile(file, offset, part) && Take(lender, writer, part))
                result = await FlushAsync(context, part, cancel);
            else
            {
                lender = null;
                part = Math.Min(part, CopyBytes);
                var memory = writer.GetMemory(part)[..part];
                part = await RandomAccess.ReadAsync(file, memory, offset, cancel);
                if (part == 0)
                    throw new EndOfStreamException("The file is shorter than the range to send.");
                writer.Advance(part);
                result = await writer.FlushAsync(cancel);
            }

            offset += part;
            count -= part;
        }

        return result;
    }

    // Who may lend: HTTP/1 with a length, whose head is out of the way. With chunks, TLS or HTTP/2 the server wants memory to
    // write in.
    private static async ValueTask<ILendingFeature?> LenderAsync(HttpContext context, CancellationToken cancel)
    {
        var response = context.Response;
        if (response.ContentLength is null || HttpMethods.IsHead(context.Request.Method)
            || !(HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol))
            || context.Features.Get<ILendingFeature>() is not { } lender)
        {
            return null;
        }

        if (!response.HasStarted)
            await response.StartAsync(cancel);
        return lender;
    }

    private static bool Take(ILendingFeature lender, PipeWriter writer, int length)
    {
        var memory = writer.GetMemory(1);
        if (lender.IsLent(memory))
            writer.Advance(length);
        // Not what was lent, or the server had no use for the bytes (a status without a body): then they are still ours.
        return !lender.TakeBack();
    }

    // The server counts written bytes for its minimum rate, but not those that come by Advance: it would allow one grace period
    // for the whole body. So the grace period is, for this flush, what it would have allowed.
    private static async ValueTask<FlushResult> FlushAsync(HttpContext context, int length, CancellationToken cancel)
    {
        var writer = context.Response.BodyWriter;
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is not { MinDataRate: { } rate } feature)
            return await writer.FlushAsync(cancel);
        var needed = TimeSpan.FromSeconds(length / rate.BytesPerSecond);
        if (needed <= rate.GracePeriod)
            return await writer.FlushAsync(cancel);
        feature.MinDataRate = new MinDataRate(rate.BytesPerSecond, needed);
        try
        {
            return await writer.FlushAsync(cancel);
        }
        finally
        {
            feature.MinDataRate = rate;
        }
    }
}
