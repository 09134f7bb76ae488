using System.Buffers;

namespace Weir.Policies.Caching.Entries;

/// <summary>An entry as it is stored, the body's bytes not copied.</summary>
/// <param name="top">Prefix and head.</param>
/// <param name="body">The body's own segments.</param>
internal readonly struct EncodedEntry(ReadOnlyMemory<byte> top, MemoryBody body)
{
    /// <summary>Prefix and head; not empty.</summary>
    public ReadOnlyMemory<byte> Top { get; } = top;

    /// <summary>What follows it.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Body => body.Segments;

    /// <summary>Bytes as stored.</summary>
    public long Length => Top.Length + body.Length;

    /// <summary>All pieces in order.</summary>
    public ReadOnlyMemory<byte>[] Pieces() => [Top, .. Body];

    /// <summary>All bytes as one sequence.</summary>
    public ReadOnlySequence<byte> ToSequence() => ByteSegment.Join(Pieces());

    /// <summary>All bytes as one array: one copy.</summary>
    /// <exception cref="OverflowException">More than an array can hold.</exception>
    public byte[] ToArray()
    {
        var all = GC.AllocateUninitializedArray<byte>(checked((int)Length));
        Top.CopyTo(all);
        var at = Top.Length;
        foreach (var segment in Body)
        {
            segment.CopyTo(all.AsMemory(at));
            at += segment.Length;
        }

        return all;
    }

    /// <summary>Writes all bytes: one copy.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        output.Write(Top.Span);
        foreach (var segment in Body)
            output.Write(segment.Span);
    }
}
