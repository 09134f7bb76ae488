using System.IO.Pipelines;

namespace Weir.Policies.Throttle.Bandwidth;

/// <summary>
/// Passes bytes on at once and lets a flush end only when the bandwidth allows more. So the server's side sees a slow client, and the
/// buffering of answers does for it what it does for those: the rest is taken at the server's speed and the slot is free.
/// </summary>
internal sealed class PacedWriter(PipeWriter inner, Pace pace, ThrottleMetrics metrics, CancellationToken aborted) : PipeWriter
{
    private long _unflushed;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override void Advance(int bytes)
    {
        inner.Advance(bytes);
        _unflushed += bytes;
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        var flush = inner.FlushAsync(cancellationToken);
        var wait = pace.Sent(_unflushed);
        _unflushed = 0;
        if (wait == TimeSpan.Zero)
            return flush;
        metrics.Waited();
        return WaitAsync(flush, cancellationToken);
    }

    private async ValueTask<FlushResult> WaitAsync(ValueTask<FlushResult> flush, CancellationToken cancel)
    {
        var result = await flush;
        if (result.IsCompleted || result.IsCanceled)
            return result;
        // A client that took its time has waited already.
        var wait = pace.Left();
        if (wait == TimeSpan.Zero)
            return result;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(aborted, cancel);
        try
        {
            await Task.Delay(wait, pace.Clock, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // The client left: as a flush to one that has.
            return new FlushResult(isCanceled: false, isCompleted: true);
        }

        return result;
    }
}
