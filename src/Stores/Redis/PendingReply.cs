namespace Weir.Stores.Redis;

/// <summary>A command that was written and waits for its reply. The first of reply, time-out, cancellation and end decides.</summary>
internal sealed class PendingReply(int bytes, long sentAt, TimeSpan timeout) : TaskCompletionSource<RedisReply>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private CancellationTokenRegistration _cancellation;

    public int Bytes { get; } = bytes;

    public long SentAt { get; } = sentAt;

    public TimeSpan Timeout { get; } = timeout;

    public void CancelWith(CancellationToken cancellation) =>
        _cancellation = cancellation.UnsafeRegister(static (self, token) => ((PendingReply)self!).TrySetCanceled(token), this);

    public void Answer(RedisReply reply)
    {
        _cancellation.Dispose();
        if (!TrySetResult(reply))
            reply.Dispose();
    }

    public void Fail(RedisException fault)
    {
        _cancellation.Dispose();
        TrySetException(fault);
    }
}
