using System.IO.Pipelines;

namespace Weir.Forwarding.Tests.Upstream;

/// <summary>A client that takes everything at once.</summary>
internal sealed class SinkWriter : PipeWriter
{
    private readonly byte[] _buffer = new byte[1 << 17];

    /// <summary>Bytes taken so far.</summary>
    public long Taken { get; private set; }

    public override void Advance(int bytes) => Taken += bytes;

    public override Memory<byte> GetMemory(int sizeHint = 0) => _buffer;

    public override Span<byte> GetSpan(int sizeHint = 0) => _buffer;

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => default;

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        Taken += source.Length;
        return default;
    }

    public override void CancelPendingFlush()
    {
    }

    public override void Complete(Exception? exception = null)
    {
    }
}
