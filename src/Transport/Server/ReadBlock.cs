using System.Buffers;

namespace Weir.Transport.Server;

/// <summary>A pooled array with received bytes, one link of what a reader sees.</summary>
internal sealed class ReadBlock : ReadOnlySequenceSegment<byte>
{
    private readonly byte[] _bytes;

    public ReadBlock(int size) => _bytes = ArrayPool<byte>.Shared.Rent(size);

    /// <summary>Bytes received so far.</summary>
    public int End => Memory.Length;

    public int Size => _bytes.Length;

    public Span<byte> Room => _bytes.AsSpan(Memory.Length);

    public ReadBlock? NextBlock => (ReadBlock?)Next;

    public void Received(int count) => Memory = new ReadOnlyMemory<byte>(_bytes, 0, Memory.Length + count);

    public void Append(ReadBlock next)
    {
        next.RunningIndex = RunningIndex + Memory.Length;
        Next = next;
    }

    /// <summary>Makes this the last block.</summary>
    public void Cut() => Next = null;

    /// <summary>Gives the array back; nobody may look at the block any more.</summary>
    public void Return()
    {
        Next = null;
        Memory = default;
        ArrayPool<byte>.Shared.Return(_bytes);
    }
}
