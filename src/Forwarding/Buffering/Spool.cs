using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Weir.Forwarding.Tasks;

namespace Weir.Forwarding.Buffering;

/// <summary>
/// A bounded first-in-first-out store of bytes between one writer and one reader, which may run at the same time: in
/// memory first, then in a temporary file. No call blocks on a disk. A replayable spool keeps everything until it is
/// disposed of; another gives memory and budget back as it is read.
/// </summary>
/// <remarks>
/// In memory no operation allocates. The object itself is not pooled: a writer that has not noticed the end of its request
/// must never reach another's bytes.
/// </remarks>
internal sealed class Spool : IDisposable
{
    private readonly Lock _gate = new();
    private readonly SpoolLimits _limits;
    private readonly SpoolBudget _budget;
    private readonly SpoolFiles _files;
    private readonly BufferingMetrics _metrics;
    private readonly SpoolMemory _memory;
    private readonly SpoolSignal _arrived;
    private readonly SpoolSignal _roomMade;

    // What was read from the file is older than what is in memory by then.
    private readonly SpoolWindow _window;
    private SpoolFile? _file;
    private bool _isLoading;
    private bool _isLent;
    private bool _ended;
    private bool _isDisposed;
    private bool _mayHaveRoom;
    private bool _metBound;
    private Exception? _error;

    /// <param name="limits">Its bounds.</param>
    /// <param name="isReplayable">True to keep all for <see cref="Rewind"/>.</param>
    /// <param name="budget">The bounds of all spools together.</param>
    /// <param name="files">Makes its file, should it need one.</param>
    /// <param name="readerScheduler">Where the reader goes on when bytes arrive; inline is inside the writer's call.</param>
    /// <param name="writerScheduler">Where the writer goes on when room was made; inline is inside the reader's call.</param>
    public Spool(
        SpoolLimits limits,
        bool isReplayable,
        SpoolBudget budget,
        SpoolFiles files,
        BufferingMetrics metrics,
        PipeScheduler? readerScheduler = null,
        PipeScheduler? writerScheduler = null)
    {
        (_limits, IsReplayable, _budget, _files, _metrics) = (limits, isReplayable, budget, files, metrics);
        _memory = new SpoolMemory(limits, isReplayable, budget);
        _window = new SpoolWindow(limits.Kind, budget);
        _arrived = new SpoolSignal(readerScheduler ?? PipeScheduler.ThreadPool);
        _roomMade = new SpoolSignal(writerScheduler ?? PipeScheduler.ThreadPool);
    }

    public bool IsReplayable { get; }

    /// <summary>Bytes taken so far.</summary>
    public long Length { get; private set; }

    /// <summary>Why the writer's last append was refused.</summary>
    public SpoolRefusal Refusal { get; private set; }

    /// <summary>True when the reader has read all that was taken so far.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
                return _memory.IsRead && _window.IsRead && (_file?.Unread ?? 0) == 0;
        }
    }

    /// <summary>Takes all bytes into memory, or none.</summary>
    public bool TryAppend(ReadOnlySpan<byte> bytes)
    {
        bool wake;
        lock (_gate)
        {
            if (!TryMakeRoom(bytes.Length))
                return false;
            _memory.Write(bytes);
            wake = NoteArrival(bytes.Length);
        }

        _arrived.Fire(wake);
        return true;
    }

    /// <inheritdoc cref="TryAppend(ReadOnlySpan{byte})"/>
    public bool TryAppend(in ReadOnlySequence<byte> bytes)
    {
        bool wake;
        lock (_gate)
        {
            if (!TryMakeRoom(bytes.Length))
                return false;
            foreach (var segment in bytes)
                _memory.Write(segment.Span);
            wake = NoteArrival(bytes.Length);
        }

        _arrived.Fire(wake);
        return true;
    }

    /// <summary>
    /// Takes all bytes, into memory or into the file, or none: false says that a bound is reached or that the disk failed
    /// (<see cref="Refusal"/>). The bytes must stay as they are until it has completed.
    /// </summary>
    /// <exception cref="OperationCanceledException">Nothing was taken.</exception>
    public ValueTask<bool> AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel = default) =>
        AppendAsync(new ReadOnlySequence<byte>(bytes), cancel);

    /// <inheritdoc cref="AppendAsync(ReadOnlyMemory{byte}, CancellationToken)"/>
    public ValueTask<bool> AppendAsync(in ReadOnlySequence<byte> bytes, CancellationToken cancel = default)
    {
        if (TryAppend(bytes))
            return new ValueTask<bool>(true);
        if (Refusal == SpoolRefusal.Disposed || _limits.FileBytes == 0)
            return new ValueTask<bool>(RefuseAppend(Refusal));
        return AppendToFileAsync(bytes, cancel);
    }

    /// <summary>The writer has appended all.</summary>
    public void Complete() => End(null);

    /// <summary>The writer has failed: the reader gets what was taken, and then this error.</summary>
    public void Fail(Exception error) => End(error);

    /// <summary>
    /// Waits until the reader has read on since an append was refused, or the spool is disposed of. Other spools may have
    /// made room before: an empty spool need not wait, for its writer can send past it.
    /// </summary>
    public ValueTask WaitForRoomAsync()
    {
        lock (_gate)
        {
            if (!_mayHaveRoom && !_isDisposed)
                return _roomMade.Arm();
            _mayHaveRoom = false;
            return default;
        }
    }

    /// <summary>The next bytes, if some are at hand without a disk; they are the reader's until <see cref="Advance"/>.</summary>
    public bool TryRead(out ReadOnlyMemory<byte> bytes)
    {
        lock (_gate)
            return TryPeek(out bytes);
    }

    /// <summary>
    /// Waits for the next bytes; they are the reader's until <see cref="Advance"/>. Empty when the writer has completed and
    /// all is read.
    /// </summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The owner has disposed of it.</exception>
    public ValueTask<ReadOnlyMemory<byte>> ReadAsync() =>
        TryRead(out var bytes) ? new ValueTask<ReadOnlyMemory<byte>>(bytes) : WaitAndReadAsync();

    /// <summary>Moves past bytes that were read.</summary>
    /// <param name="bytes">At most the length of what the last read gave.</param>
    public void Advance(int bytes)
    {
        bool wake;
        lock (_gate)
        {
            if (_isDisposed)
                return;
            if (!_isLent || bytes < 0)
                throw new InvalidOperationException("Nothing was read.");
            _isLent = false;
            if (bytes == 0)
                return;
            if (_window.IsRead)
                _memory.Advance(bytes);
            else
                _window.Advance(bytes);
            if (_window.IsRead && (_file?.Unread ?? 0) == 0)
                _window.Close(isLent: false);
            wake = NoteRoom();
        }

        _roomMade.Fire(wake);
    }

    /// <summary>The reader begins at the first byte again. What an earlier read gave must not be in use any more.</summary>
    public void Rewind()
    {
        if (!IsReplayable)
            throw new InvalidOperationException("What was read is gone.");
        lock (_gate)
        {
            if (_isLoading)
                throw new InvalidOperationException("A read is under way.");
            _isLent = false;
            _window.Fill(0);
            _memory.Rewind();
            _file?.Rewind();
        }
    }

    /// <summary>Gives everything back, once, whoever still reads or writes: appends are refused from now on, reads throw.</summary>
    public void Dispose()
    {
        bool wakeReader, wakeWriter;
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            _memory.Release(_isLent && _window.IsRead);
            if (!_isLoading)
                _window.Close(_isLent);
            _file?.Release();
            wakeReader = _arrived.Disarm();
            wakeWriter = _roomMade.Disarm();
        }

        _arrived.Fire(wakeReader);
        _roomMade.Fire(wakeWriter);
    }

    private void End(Exception? error)
    {
        bool wake;
        lock (_gate)
        {
            if (_ended)
                return;
            _ended = true;
            _error = error;
            wake = _arrived.Disarm();
        }

        _arrived.Fire(wake);
    }

    [AsyncMethodBuilder(typeof(ReusedAsyncBuilder<>))]
    private async ValueTask<bool> AppendToFileAsync(ReadOnlySequence<byte> bytes, CancellationToken cancel)
    {
        SpoolFile file;
        lock (_gate)
        {
            if (_isDisposed)
                return RefuseAppend(SpoolRefusal.Disposed);
            file = _file ??= new SpoolFile(_limits, IsReplayable, _budget, _files);
            var refusal = file.BeginWrite(bytes.Length);
            if (refusal != SpoolRefusal.None)
                return RefuseAppend(refusal);
        }

        Exception? error = null;
        try
        {
            await file.WriteAsync(bytes, cancel);
        }
        catch (Exception e)
        {
            error = e;
        }

        bool wake;
        lock (_gate)
        {
            file.EndWrite(bytes.Length, error);
            Refusal = _isDisposed ? SpoolRefusal.Disposed : error is null ? SpoolRefusal.None : SpoolRefusal.Unavailable;
            wake = Refusal == SpoolRefusal.None && NoteArrival(bytes.Length);
        }

        _arrived.Fire(wake);
        if (error is not null && !SpoolFiles.IsDiskTrouble(error))
            ExceptionDispatchInfo.Throw(error);
        if (error is not null)
            _files.Failed(_limits.Kind, error);
        return error is null && Refusal == SpoolRefusal.None;
    }

    private bool RefuseAppend(SpoolRefusal refusal)
    {
        Refusal = refusal;
        // Once for each spool: a writer that waits for room tries again and again.
        if (!_metBound && refusal is SpoolRefusal.SpoolFull or SpoolRefusal.TotalFull)
        {
            _metBound = true;
            _metrics.Refused(_limits.Kind, refusal);
        }

        return false;
    }

    [AsyncMethodBuilder(typeof(ReusedAsyncBuilder<>))]
    private async ValueTask<ReadOnlyMemory<byte>> WaitAndReadAsync()
    {
        while (true)
        {
            ValueTask arrival = default;
            SpoolFile? file = null;
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                if (TryPeek(out var bytes))
                    return bytes;
                if (_file is { Unread: > 0 })
                    file = _file;
                else if (!_ended)
                    arrival = _arrived.Arm();
                else if (_error is null)
                    return default;
                else
                    throw _error;
            }

            if (file is null)
                await arrival;
            else
                await LoadAsync(file);
        }
    }

    /// <summary>Brings the file's next bytes into memory.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask LoadAsync(SpoolFile file)
    {
        long offset;
        Memory<byte> into;
        lock (_gate)
        {
            _isLoading = !_isDisposed;
            if (_isDisposed)
                return;
            (offset, var length) = file.BeginRead(SpoolWindow.Bytes);
            into = _window.Open(length);
        }

        var read = 0;
        try
        {
            await file.ReadAsync(into, offset);
            read = into.Length;
        }
        finally
        {
            bool wake;
            lock (_gate)
            {
                _isLoading = false;
                file.EndRead(read);
                _window.Fill(read);
                if (_isDisposed)
                    _window.Close(isLent: false);
                wake = NoteRoom();
            }

            _roomMade.Fire(wake);
        }
    }

    /// <summary>Under the lock: room in memory for the writer's next bytes, or why there is none.</summary>
    private bool TryMakeRoom(long bytes)
    {
        if (_ended)
            throw new InvalidOperationException("The writer has ended.");
        // Behind what is in the file nothing may go to memory, or it would be read first.
        Refusal = _isDisposed ? SpoolRefusal.Disposed
            : _file is { MustFollow: true } ? SpoolRefusal.SpoolFull
            : _memory.TryMakeRoom(bytes);
        return Refusal == SpoolRefusal.None;
    }

    private bool NoteArrival(long bytes)
    {
        Length += bytes;
        return bytes > 0 && _arrived.Disarm();
    }

    private bool TryPeek(out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        if (_isDisposed)
            return false;
        bytes = _window.IsRead ? _memory.Peek() : _window.Peek();
        _isLent = bytes.Length > 0;
        return _isLent;
    }

    private bool NoteRoom()
    {
        var wake = _roomMade.Disarm();
        _mayHaveRoom = !wake;
        return wake;
    }
}
