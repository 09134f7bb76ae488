using System.IO.Pipelines;

namespace Weir.Policies.Caching.Fetching;

/// <summary>
/// Where the stages behind the cache write a fetch's body. Received bytes lie at once where they stay: the arrays are neither pooled
/// nor copied. An answer that is not stored goes to its one client, at that client's speed.
/// </summary>
internal sealed class FillWriter : PipeWriter
{
    private const int ChunkBytes = 32 * 1024;
    private const int MaxChunkBytes = 1 << 20;

    private List<ReadOnlyMemory<byte>>? _early;
    private byte[] _chunk = [];
    private int _published;
    private int _written;
    private long _total;

    /// <summary>Takes the head before the first byte.</summary>
    public Func<Task>? Start { get; set; }

    /// <summary>Where the bytes go.</summary>
    public IFillTarget? Target { get; set; }

    /// <summary>Bytes of the body that are said to come; null when nobody knows.</summary>
    public long? Expected { get; set; }

    /// <summary>Bytes that were written.</summary>
    public long Total => _total;

    /// <inheritdoc />
    public override bool CanGetUnflushedBytes => true;

    /// <inheritdoc />
    public override long UnflushedBytes => _written - _published;

    /// <inheritdoc />
    public override void Advance(int bytes)
    {
        _written += bytes;
        _total += bytes;
    }

    /// <inheritdoc />
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_chunk.Length - _written < Math.Max(1, sizeHint))
        {
            Publish();
            // What is said to come is taken as one piece, so that it can be sent as one.
            var rest = Expected is { } expected && expected > _total ? Math.Min(expected - _total, MaxChunkBytes) : ChunkBytes;
            _chunk = GC.AllocateUninitializedArray<byte>((int)Math.Max(rest, sizeHint));
            (_written, _published) = (0, 0);
        }

        return _chunk.AsMemory(_written);
    }

    /// <inheritdoc />
    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc />
    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (Start is { } start)
        {
            Start = null;
            await start();
        }

        if (_early is { } early && Target is { } waiting)
        {
            _early = null;
            early.ForEach(waiting.Take);
        }

        // The end is told with the end: whoever reads to it finds the answer stored.
        if (_total != Expected)
            Publish();
        return Target is { } target && !await target.FlushedAsync() ? new FlushResult(isCanceled: false, isCompleted: true) : default;
    }

    /// <inheritdoc />
    public override void CancelPendingFlush()
    {
    }

    /// <inheritdoc />
    public override void Complete(Exception? exception = null) => Publish();

    private void Publish()
    {
        if (_written == _published)
            return;
        var part = _chunk.AsMemory(_published, _written - _published);
        // Before the head is judged nobody knows where it goes.
        if (Target is { } target)
            target.Take(part);
        else
            (_early ??= []).Add(part);
        _published = _written;
    }
}
