using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;
using Weir.Transport.Loops;

namespace Weir.Transport.Server;

/// <summary>
/// Collects output in pooled blocks and lent pieces, and sends it when flushed; a flush that would block is pending until all
/// of it is sent. What is being sent and what is being written are two lists, so the loop and the writer never share a block.
/// </summary>
internal sealed class SocketWriter(PipeSocket socket, TransportMetrics metrics) : PipeWriter, IValueTaskSource<FlushResult>
{
    private const int MinBlock = 4 * 1024;
    private const int MaxBlock = 64 * 1024;
    private const int MinRoom = 256;

    private ManualResetValueTaskSourceCore<FlushResult> _pending;
    private readonly SendQueue _sending = new(socket, metrics);
    private OutputSegment? _first;
    private OutputSegment? _last;
    private long _unflushed;
    private int _blockSize = MinBlock;
    private LentMemory? _lentMemory;
    private LentBody _lent;
    private bool _completed;
    private bool _waits;

    // A flush that waited is over, and who awaits it has not been told yet.
    private bool _ending;
    private int _cancelled;
    private CancellationToken _token;
    private CancellationTokenRegistration _registration;
    private TaskCompletionSource? _flushEnded;

    /// <summary>A flush waits for the peer.</summary>
    public bool IsFlushing => Volatile.Read(ref _waits);

    private bool IsBusy => Volatile.Read(ref _waits) || Volatile.Read(ref _ending);

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _unflushed;

    public override Memory<byte> GetMemory(int sizeHint = 0) => _lent.Length > 0 ? _lentMemory!.OfLength(_lent.Length) : Room(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => _lent.Length > 0 ? _lentMemory!.GetSpan() : Room(sizeHint).Span;

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (bytes == 0)
            return;
        if (_lent.Length > 0)
            AdvanceLent(bytes);
        else
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _last is null ? 0 : _last.Room.Length);
            _last!.Append(bytes);
        }

        _unflushed += bytes;
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        if (_completed)
            return new ValueTask<FlushResult>(new FlushResult(isCanceled: false, isCompleted: true));
        return cancellationToken.IsCancellationRequested
            ? ValueTask.FromCanceled<FlushResult>(cancellationToken)
            : FlushCore(cancellationToken);
    }

    public override void CancelPendingFlush()
    {
        Interlocked.Exchange(ref _cancelled, 1);
        socket.WakeWrite();
    }

    public override void Complete(Exception? exception = null) => _completed = true;

    /// <summary>Lends a body for the next <see cref="GetMemory"/>. False when the writer was completed.</summary>
    public bool Lend(in LentBody body)
    {
        if (_lent.Length > 0)
            throw new InvalidOperationException("Something is lent already.");
        if (_completed)
            return false;
        _lentMemory ??= new LentMemory();
        _lent = body;
        return true;
    }

    public bool IsLent(ReadOnlyMemory<byte> memory) =>
        _lent.Length > 0 && memory.Length == _lent.Length
        && MemoryMarshal.TryGetMemoryManager<byte, LentMemory>(memory, out var lent, out var start, out _) && lent == _lentMemory && start == 0;

    /// <summary>Ends a loan that was not taken; its file reference is given back and <c>released</c> is not called.</summary>
    public bool TakeBack()
    {
        if (_lent.Length == 0)
            return false;
        _lent.File?.DangerousRelease();
        _lent = default;
        return true;
    }

    /// <summary>Sends what is left, of a flush that still goes on and of what was never flushed.</summary>
    public async ValueTask DrainAsync()
    {
        // Again and again: what waited for the flush may have begun another.
        while (IsBusy)
        {
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Interlocked.Exchange(ref _flushEnded, ended);
            if (IsBusy)
                await ended.Task;
        }

        if (!socket.IsClosed && (_unflushed > 0 || !_sending.IsEmpty))
            await FlushCore(default);
    }

    /// <summary>Gives back everything; only when no flush is pending.</summary>
    public void Release()
    {
        TakeBack();
        TakeWritten();
        _sending.Clear();
    }

    /// <summary>On the loop: the flush that waits can go on.</summary>
    public void OnReady()
    {
        while (true)
        {
            if (_token.IsCancellationRequested)
            {
                var token = _token;
                BeginEnd();
                _pending.SetException(new OperationCanceledException(token));
                End();
                return;
            }

            if (!TryFlush(out var result, out var later))
            {
                if (later)
                {
                    socket.ArmWriteLater();
                    return;
                }

                var armedFor = _token;
                if (!socket.ArmWrite())
                    continue;
                WakeIfCancelled(armedFor);
                return;
            }

            BeginEnd();
            _pending.SetResult(result);
            End();
            return;
        }
    }

    FlushResult IValueTaskSource<FlushResult>.GetResult(short token) => _pending.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<FlushResult>.GetStatus(short token) => _pending.GetStatus(token);

    void IValueTaskSource<FlushResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _pending.OnCompleted(continuation, state, token, flags);

    private ValueTask<FlushResult> FlushCore(CancellationToken token)
    {
        if (Volatile.Read(ref _waits))
            ThrowFlushing();
        TakeWritten();
        while (true)
        {
            if (TryFlush(out var result, out var later))
                return new ValueTask<FlushResult>(result);
            if (Wait(later, token, out var version))
                return new ValueTask<FlushResult>(this, version);
        }

        [DoesNotReturn]
        static void ThrowFlushing() => throw new InvalidOperationException("A flush is pending already.");
    }

    // Sends until there is nothing left, an end or a cancellation. False: it would block, or (later) others come first.
    private bool TryFlush(out FlushResult result, out bool later)
    {
        later = false;
        while (true)
        {
            if (Volatile.Read(ref _cancelled) != 0 && Interlocked.Exchange(ref _cancelled, 0) != 0)
            {
                result = new FlushResult(isCanceled: true, isCompleted: false);
                return true;
            }

            if (_sending.IsEmpty)
            {
                result = new FlushResult(isCanceled: false, isCompleted: socket.IsClosed);
                return true;
            }

            later = !socket.TakeTurn();
            var sent = later ? LoopSocket.WouldBlock : _sending.SendSome();
            if (sent == LoopSocket.WouldBlock)
            {
                result = default;
                return false;
            }

            if (sent >= 0)
                continue;
            socket.OnSendFailed(-sent);
            _sending.Clear();
        }
    }

    private bool Wait(bool later, CancellationToken token, out short version)
    {
        _pending.Reset();
        version = _pending.Version;
        _token = token;
        if (token.CanBeCanceled)
            _registration = token.UnsafeRegister(static state => ((SocketWriter)state!).OnTokenCancelled(), this);
        Volatile.Write(ref _waits, true);
        if (later)
        {
            socket.ArmWriteLater();
            return true;
        }

        if (socket.ArmWrite())
        {
            WakeIfCancelled(token);
            return true;
        }

        StopWaiting();
        SignalEnd();
        return false;
    }

    private void WakeIfCancelled(CancellationToken token)
    {
        if (token.IsCancellationRequested || Volatile.Read(ref _cancelled) != 0)
            socket.WakeWrite();
    }

    private void OnTokenCancelled() => socket.WakeWrite();

    private void StopWaiting()
    {
        _token = default;
        _registration.Unregister();
        _registration = default;
        Interlocked.Exchange(ref _waits, false);
    }

    private void BeginEnd()
    {
        Volatile.Write(ref _ending, true);
        StopWaiting();
    }

    private void End()
    {
        Interlocked.Exchange(ref _ending, false);
        SignalEnd();
    }

    // After a full fence: either we see who waits for the end, or it sees that there is nothing to wait for.
    private void SignalEnd() => Interlocked.Exchange(ref _flushEnded, null)?.TrySetResult();

    private void TakeWritten()
    {
        if (_first is null)
            return;
        _sending.Add(_first, _last!);
        _blockSize = _unflushed > _blockSize ? Math.Min(MaxBlock, _blockSize * 4)
            : _unflushed < _blockSize / 4 ? Math.Max(MinBlock, _blockSize / 4)
            : _blockSize;
        _first = _last = null;
        _unflushed = 0;
    }

    private Memory<byte> Room(int sizeHint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        if (_last is not null && _last.Room.Length >= Math.Max(sizeHint, MinRoom))
            return _last.Room;
        // A block that is full already asks for larger ones.
        if (_last is { IsLent: false })
            _blockSize = Math.Min(MaxBlock, _blockSize * 4);
        var segment = NewSegment();
        segment.Rent(Math.Max(sizeHint, _blockSize));
        return segment.Room;
    }

    private void AdvanceLent(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _lent.Length);
        NewSegment().Lend(_lent, bytes);
        _lent = default;
    }

    private OutputSegment NewSegment()
    {
        var segment = _sending.TakeSpare() ?? new OutputSegment();
        if (_last is null)
            _first = segment;
        else
            _last.Next = segment;
        _last = segment;
        return segment;
    }
}
