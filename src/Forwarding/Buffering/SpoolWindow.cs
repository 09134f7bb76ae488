using System.Buffers;

namespace Weir.Forwarding.Buffering;

/// <summary>What was read from a spool's file and not yet by the spool's reader. The spool's lock guards it.</summary>
internal sealed class SpoolWindow(SpoolKind kind, SpoolBudget budget)
{
    /// <summary>Bytes read at once: large enough that a hop to a pool thread is small beside it.</summary>
    public const int Bytes = 32 << 10;

    private byte[]? _buffer;
    private int _at;
    private int _end;

    public bool IsRead => _at == _end;

    /// <summary>Takes memory for a read. It goes past the budget if need be: without it nothing could be read and freed.</summary>
    public Memory<byte> Open(int bytes)
    {
        if (_buffer is null)
        {
            budget.ReserveMemory(kind, Bytes);
            _buffer = ArrayPool<byte>.Shared.Rent(Bytes);
        }

        return _buffer.AsMemory(0, bytes);
    }

    /// <summary>As many bytes were read.</summary>
    public void Fill(int bytes) => (_at, _end) = (0, bytes);

    public ReadOnlyMemory<byte> Peek() => _buffer.AsMemory(_at, _end - _at);

    public void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _end - _at);
        _at += bytes;
    }

    /// <summary>Gives its memory back.</summary>
    /// <param name="isLent">True when somebody may still read it: then it is left to the garbage collector.</param>
    public void Close(bool isLent)
    {
        if (_buffer is null)
            return;
        if (!isLent)
            ArrayPool<byte>.Shared.Return(_buffer);
        budget.ReturnMemory(kind, Bytes);
        _buffer = null;
        _at = _end = 0;
    }
}
