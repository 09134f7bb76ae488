namespace Weir.Stores.Redis;

/// <summary>A command that was written and waits for its reply. The first of reply, time-out, cancellation and end decides.</summary>
internal sealed class PendingReply(int bytes, long sentAt, TimeSpan timeout) : TaskCompletionSource<RedisReply>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private CancellationTokenRegistration _cancellation;

    public int Bytes { get; } = bytes;

    public long SentAt { get; } = sentAt;

    public TimeSpan Timeout { get; } = timeout;

    /// <summary>The reply may have come already: then nothing must stay behind at the token, which may live as long as the process.</summary>
    public void CancelWith(CancellationToken cancellation)
    {
        _cancellation = cancellation.UnsafeRegister(static (self, token) => ((PendingReply)self!).TrySetCanceled(token), this);
        Interlocked.MemoryBarrier();
        if (Task.IsCompleted)
            _cancellation.Unregister();
    }

    public void Answer(RedisReply reply)
    {
        if (!TrySetResult(reply))
            reply.Dispose();
        LetGo();
    }

    public void Fail(RedisException fault)
    {
        TrySetException(fault);
        LetGo();
    }

    // After the result is set: whoever registers later sees it.
    private void LetGo()
    {
        Interlocked.MemoryBarrier();
        _cancellation.Unregister();
    }
}
