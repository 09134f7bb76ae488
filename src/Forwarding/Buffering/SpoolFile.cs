using System.Buffers;

namespace Weir.Forwarding.Buffering;

/// <summary>
/// A spool's bytes on disk: a ring of at most <see cref="SpoolLimits.FileBytes"/>, so that what the reader has taken makes
/// room at once. The budget counts the file's length on disk, which never shrinks before the file is closed. Positions are
/// guarded by the spool's lock; reading and writing happen outside of it.
/// </summary>
internal sealed class SpoolFile(SpoolLimits limits, bool isReplayable, SpoolBudget budget, SpoolFiles files)
{
    private FileStream? _stream;
    private List<ReadOnlyMemory<byte>>? _vector;
    private long _lengthBytes;
    private long _written;
    private long _read;
    private bool _isWriting;
    private bool _isReading;
    private bool _failed;
    private bool _released;

    /// <summary>True when bytes went to it that the reader has not read, or never will give back.</summary>
    public bool MustFollow => _written > (isReplayable ? 0 : _read);

    /// <summary>Bytes that the reader has not read.</summary>
    public long Unread => _written - _read;

    /// <summary>Reserves room; what is not refused is written and then ends with <see cref="EndWrite"/>.</summary>
    public SpoolRefusal BeginWrite(long bytes)
    {
        if (_failed)
            return SpoolRefusal.Unavailable;
        if (bytes > limits.FileBytes - (isReplayable ? _written : Unread))
            return SpoolRefusal.SpoolFull;
        // All read: the next bytes take the place of the first, which the disk has already.
        if (!isReplayable && Unread == 0 && !_isReading)
            _written = _read = 0;
        var growth = Math.Min(limits.FileBytes, _written + bytes) - _lengthBytes;
        if (growth > 0)
        {
            if (!budget.TryReserveFile(limits.Kind, growth))
                return SpoolRefusal.TotalFull;
            _lengthBytes += growth;
        }

        _isWriting = true;
        return SpoolRefusal.None;
    }

    /// <summary>Writes behind what is there, on pool threads.</summary>
    public async ValueTask WriteAsync(ReadOnlySequence<byte> bytes, CancellationToken cancel)
    {
        // Of positions only the writer moves this one.
        var at = _written % limits.FileBytes;
        _stream ??= await files.OpenAsync(limits.Kind);
        var first = Math.Min(bytes.Length, limits.FileBytes - at);
        await WriteAtAsync(bytes.Slice(0, first), at, cancel);
        if (first < bytes.Length)
            await WriteAtAsync(bytes.Slice(first), 0, cancel);
    }

    /// <summary>Ends a write. The bytes count only when all were written.</summary>
    /// <param name="error">Why they were not.</param>
    public void EndWrite(long bytes, Exception? error)
    {
        _isWriting = false;
        if (error is null)
            _written += bytes;
        else if (SpoolFiles.IsDiskTrouble(error))
            _failed = true;
        if (_stream is null)
        {
            budget.ReturnFile(limits.Kind, _lengthBytes);
            _lengthBytes = 0;
        }

        CloseIfReleased();
    }

    /// <summary>The place and length of the next bytes to read, at most <paramref name="most"/>; ends with <see cref="EndRead"/>.</summary>
    public (long Offset, int Length) BeginRead(int most)
    {
        _isReading = true;
        var at = _read % limits.FileBytes;
        return (at, (int)Math.Min(most, Math.Min(Unread, limits.FileBytes - at)));
    }

    /// <summary>Reads what <see cref="BeginRead"/> gave, on a pool thread.</summary>
    /// <exception cref="IOException">The disk failed, or the file is shorter than it was written.</exception>
    public async ValueTask ReadAsync(Memory<byte> into, long offset)
    {
        var handle = _stream!.SafeFileHandle;
        while (into.Length > 0)
        {
            var got = await RandomAccess.ReadAsync(handle, into, offset);
            if (got == 0)
                throw new EndOfStreamException("The temporary file is shorter than what was written to it.");
            into = into[got..];
            offset += got;
        }
    }

    /// <param name="bytes">Bytes that were read; 0 after a failure.</param>
    public void EndRead(int bytes)
    {
        _isReading = false;
        _read += bytes;
        CloseIfReleased();
    }

    /// <summary>Back to the first byte.</summary>
    public void Rewind() => _read = 0;

    /// <summary>Closes the file and gives it back, at once or when the operation under way has ended.</summary>
    public void Release()
    {
        _released = true;
        CloseIfReleased();
    }

    private async ValueTask WriteAtAsync(ReadOnlySequence<byte> bytes, long offset, CancellationToken cancel)
    {
        var handle = _stream!.SafeFileHandle;
        if (bytes.IsSingleSegment)
        {
            await RandomAccess.WriteAsync(handle, bytes.First, offset, cancel);
            return;
        }

        var vector = _vector ??= [];
        vector.Clear();
        foreach (var segment in bytes)
            vector.Add(segment);
        await RandomAccess.WriteAsync(handle, vector, offset, cancel);
        vector.Clear();
    }

    private void CloseIfReleased()
    {
        if (!_released || _isWriting || _isReading)
            return;
        budget.ReturnFile(limits.Kind, _lengthBytes);
        _lengthBytes = 0;
        var stream = _stream;
        _stream = null;
        // The disk frees a nameless file when it is closed, which takes it a while for a long one.
        if (stream is not null)
            ThreadPool.UnsafeQueueUserWorkItem(static s => s.Dispose(), stream, preferLocal: false);
    }
}
