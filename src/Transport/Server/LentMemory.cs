using System.Buffers;

namespace Weir.Transport.Server;

/// <summary>
/// The memory that stands for lent bytes in the server's hands. It has a length and no content: whoever tried to write into
/// it, and so into a stored body that others are being sent, gets an exception.
/// </summary>
internal sealed class LentMemory : MemoryManager<byte>
{
    public Memory<byte> OfLength(int length) => CreateMemory(length);

    public override Span<byte> GetSpan() => throw new InvalidOperationException("Lent memory has no content to read or write.");

    public override MemoryHandle Pin(int elementIndex = 0) => throw new InvalidOperationException("Lent memory has no content to read or write.");

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
