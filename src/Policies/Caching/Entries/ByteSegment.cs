using System.Buffers;

namespace Weir.Policies.Caching.Entries;

/// <summary>One piece of a sequence of pieces that lie anywhere.</summary>
internal sealed class ByteSegment : ReadOnlySequenceSegment<byte>
{
    private ByteSegment(ReadOnlyMemory<byte> memory, long before) => (Memory, RunningIndex) = (memory, before);

    /// <summary>The pieces as one sequence; empty ones are left out.</summary>
    public static ReadOnlySequence<byte> Join(IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        ByteSegment? first = null;
        ByteSegment? last = null;
        foreach (var piece in pieces)
        {
            if (piece.IsEmpty)
                continue;
            var next = new ByteSegment(piece, last is null ? 0 : last.RunningIndex + last.Memory.Length);
            if (last is not null)
                last.Next = next;
            (first, last) = (first ?? next, next);
        }

        return first is null ? default : new ReadOnlySequence<byte>(first, 0, last!, last!.Memory.Length);
    }
}
