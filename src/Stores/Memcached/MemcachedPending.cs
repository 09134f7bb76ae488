namespace Weir.Stores.Memcached;

/// <summary>A command that was written and waits for its reply. The first of reply, time-out, cancellation and end decides.</summary>
internal sealed class MemcachedPending(MemcachedVerb verb, long bytes, uint opaque, long sentAt)
    : TaskCompletionSource<MemcachedReply>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private CancellationTokenRegistration _cancellation;

    public long Bytes { get; } = bytes;

    public long SentAt { get; } = sentAt;

    public void CancelWith(CancellationToken cancellation) =>
        _cancellation = cancellation.UnsafeRegister(static (self, token) => ((MemcachedPending)self!).TrySetCanceled(token), this);

    /// <summary>True when a reply can be the one to this command: replies come in order, so another means that we are out of step.</summary>
    public bool Fits(in MemcachedReply reply) => (reply.Opaque is null || reply.Opaque == opaque) && reply.Kind switch
    {
        MemcachedReplyKind.Error => true,
        MemcachedReplyKind.Value => verb == MemcachedVerb.Get && reply.Opaque is not null,
        MemcachedReplyKind.Miss => verb is MemcachedVerb.Get or MemcachedVerb.Describe,
        MemcachedReplyKind.Done or MemcachedReplyKind.NotFound => verb is MemcachedVerb.Set or MemcachedVerb.Delete,
        MemcachedReplyKind.NotStored or MemcachedReplyKind.Exists => verb == MemcachedVerb.Set,
        MemcachedReplyKind.Noop => verb == MemcachedVerb.Noop,
        MemcachedReplyKind.Description => verb == MemcachedVerb.Describe,
        _ => verb == MemcachedVerb.Version,
    };

    public void Answer(in MemcachedReply reply)
    {
        _cancellation.Dispose();
        TrySetResult(reply);
    }

    public void Fail(MemcachedException fault)
    {
        _cancellation.Dispose();
        TrySetException(fault);
    }
}
