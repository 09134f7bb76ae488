using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Weir.Forwarding.Tasks;

namespace Weir.Forwarding.Buffering;

/// <summary>
/// Collects a request's whole body before the request takes a slot: a slow upload then costs the gateway a little memory,
/// and no server a worker. A short body stays in the connection's own buffers, a long one goes to a <see cref="Spool"/>.
/// </summary>
internal sealed class UploadCollector(RequestDelegate next, BufferingRulesSource rules, Spools spools, SpoolBudget budget, BufferingMetrics metrics)
{
    /// <summary>Longest body that is left where the server received it: far within Kestrel's MaxRequestBufferSize of 1 MB.</summary>
    private const int InReaderBytes = 48 << 10;

    public Task InvokeAsync(HttpContext context)
    {
        if (!MustCollect(context))
            return next(context);
        var body = CollectedBody.Issue(context, budget);
        metrics.Collecting(1);
        var collecting = CollectAsync(context, body);
        // Most bodies arrive together with their head: nothing is allocated for them.
        if (!collecting.IsCompletedSuccessfully)
            return FinishAsync(context, body, collecting);
        metrics.Collecting(-1);
#pragma warning disable CA1849 // It has completed.
        var refusal = collecting.GetAwaiter().GetResult();
#pragma warning restore CA1849
        return ProceedAsync(context, body, refusal);
    }

    private bool MustCollect(HttpContext context)
    {
        var features = context.Features;
        return features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true }
            && rules.Current.For(context.GetReverseProxyFeature().Route.Config.RouteId).Uploads
            && features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true }
            && features.Get<IHttpExtendedConnectFeature>() is not { IsExtendedConnect: true }
            && !HttpMethods.IsConnect(context.Request.Method)
            // A call of gRPC may answer before its last message has come.
            && context.Request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) is not true;
    }

    private async Task FinishAsync(HttpContext context, CollectedBody body, ValueTask<SpoolRefusal> collecting)
    {
        SpoolRefusal refusal;
        try
        {
            refusal = await collecting;
        }
        catch (BadHttpRequestException error)
        {
            await RefuseAsync(context, UploadRefusals.Of(error));
            return;
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // The client left, or its connection broke.
            EndConnection(context);
            context.Abort();
            return;
        }
        finally
        {
            metrics.Collecting(-1);
        }

        await ProceedAsync(context, body, refusal);
    }

    private Task ProceedAsync(HttpContext context, CollectedBody body, SpoolRefusal refusal)
    {
        if (refusal != SpoolRefusal.None)
        {
            body.Release();
            return RefuseAsync(context, UploadRefusals.Of(refusal));
        }

        context.Features.Set<ICollectedBody>(body);
        return next(context);
    }

    private static Task RefuseAsync(HttpContext context, Refusal refusal)
    {
        EndConnection(context);
        return refusal.WriteAsync(context);
    }

    /// <summary>
    /// What is left of the body makes the connection useless, so it ends with the answer. Without this Kestrel would also
    /// wait for a next request behind a body that broke off, and fail. HTTP/2 ends the stream by itself.
    /// </summary>
    private static void EndConnection(HttpContext context)
    {
        if (HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol))
            context.Connection.RequestClose();
    }

    private ValueTask<SpoolRefusal> CollectAsync(HttpContext context, CollectedBody body)
    {
        var length = context.Request.ContentLength;
        if (length <= InReaderBytes)
            return CollectInReaderAsync(context, body);
        // What cannot fit is not worth receiving. What Kestrel refuses anyway gets its 413 from the first read.
        if (length > rules.Current.Upload.MemoryBytes
            && length > budget.FreeFileBytes
            && length <= (context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize ?? long.MaxValue))
        {
            metrics.Refused(SpoolKind.Upload, SpoolRefusal.TotalFull);
            return new ValueTask<SpoolRefusal>(SpoolRefusal.TotalFull);
        }

        return CollectInSpoolAsync(context, body);
    }

    [AsyncMethodBuilder(typeof(ReusedAsyncBuilder<>))]
    private async ValueTask<SpoolRefusal> CollectInReaderAsync(HttpContext context, CollectedBody body)
    {
        var reader = context.Request.BodyReader;
        SequencePosition? examined = null;
        while (true)
        {
            var read = await reader.ReadAsync();
            var buffer = read.Buffer;
            var hasMemory = body.TryCharge(buffer.Length);
            if (!hasMemory || read.IsCompleted)
            {
                // Nothing new counts as seen, so that the next read gives it at once.
                reader.AdvanceTo(buffer.Start, examined ?? buffer.Start);
                return hasMemory ? SpoolRefusal.None : await CollectInSpoolAsync(context, body);
            }

            examined = buffer.End;
            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    [AsyncMethodBuilder(typeof(ReusedAsyncBuilder<>))]
    private async ValueTask<SpoolRefusal> CollectInSpoolAsync(HttpContext context, CollectedBody body)
    {
        var spool = spools.ForUpload();
        body.MoveTo(spool);
        var reader = context.Request.BodyReader;
        ReadResult read;
        do
        {
            read = await reader.ReadAsync();
            var taken = read.Buffer.IsEmpty || await spool.AppendAsync(read.Buffer);
            reader.AdvanceTo(read.Buffer.End);
            if (!taken)
                return spool.Refusal;
        }
        while (!read.IsCompleted);
        spool.Complete();
        context.Request.Body = new SpoolStream(spool);
        return SpoolRefusal.None;
    }
}
