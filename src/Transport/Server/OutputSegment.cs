using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Weir.Transport.Server;

/// <summary>A piece of output: a pooled array that the server wrote into, or stored bytes or a file's range that were lent.</summary>
internal sealed class OutputSegment
{
    private byte[]? _pooled;
    private ReadOnlyMemory<byte> _bytes;
    private SafeFileHandle? _file;
    private long _fileOffset;
    private Action<object?>? _released;
    private object? _state;
    private int _end;

    public OutputSegment? Next { get; set; }

    /// <summary>The file to send from; null when the bytes are in memory.</summary>
    public SafeFileHandle? File => _file;

    /// <summary>Where the unsent part begins in the file.</summary>
    public long FileOffset => _fileOffset;

    /// <summary>The unsent part in memory.</summary>
    public ReadOnlyMemory<byte> Bytes => _pooled is null ? _bytes : new ReadOnlyMemory<byte>(_pooled, Start, _end - Start);

    /// <summary>Unsent bytes.</summary>
    public int Length => _end - Start;

    /// <summary>Room for more; none in what was lent.</summary>
    public Memory<byte> Room => _pooled is null ? default : _pooled.AsMemory(_end);

    /// <summary>True for stored bytes and files, which are sent without a copy.</summary>
    public bool IsLent => _pooled is null;

    private int Start { get; set; }

    public void Rent(int size) => _pooled = ArrayPool<byte>.Shared.Rent(size);

    public void Lend(in LentBody body, int length)
    {
        _bytes = body.Bytes[..(body.File is null ? length : 0)];
        _file = body.File;
        _fileOffset = body.FileOffset;
        _released = body.Released;
        _state = body.State;
        _end = length;
    }

    public void Append(int count) => _end += count;

    /// <summary>Takes sent bytes off the front.</summary>
    public void Sent(int count)
    {
        Start += count;
        if (_pooled is not null)
            return;
        _fileOffset += count;
        if (_file is null)
            _bytes = _bytes[count..];
    }

    /// <summary>Gives back what it holds and is as new.</summary>
    public void Release()
    {
        var (pooled, file, released, state) = (_pooled, _file, _released, _state);
        _pooled = null;
        _bytes = default;
        _file = null;
        _released = null;
        _state = null;
        Start = _end = 0;
        Next = null;
        if (pooled is not null)
            ArrayPool<byte>.Shared.Return(pooled);
        file?.DangerousRelease();
        released?.Invoke(state);
    }
}
