using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Threading.Tasks.Sources;
using Microsoft.AspNetCore.Connections;
using Weir.Transport.Loops;

namespace Weir.Transport.Server;

/// <summary>
/// Reads the socket when the server asks, straight into pooled blocks: what nobody asks for stays in the kernel, which is the
/// back-pressure. Holds no block while everything is consumed.
/// </summary>
internal sealed class SocketReader(PipeSocket socket, long maxUnread) : PipeReader, IValueTaskSource<ReadResult>
{
    private const int MinBlock = 4 * 1024;
    private const int MaxBlock = 64 * 1024;

    /// <summary>Room below which a further block is taken: a system call should bring more than this.</summary>
    private const int MinRoom = 512;

    private ManualResetValueTaskSourceCore<ReadResult> _pending;
    private ReadBlock? _head;
    private ReadBlock? _tail;
    private int _start;
    private int _blockSize = MinBlock;
    private bool _unexamined;
    private bool _given;
    private bool _ended;
    private Exception? _error;
    private bool _completed;
    private bool _waits;
    private int _cancelled;
    private CancellationToken _token;
    private CancellationTokenRegistration _registration;

    /// <summary>Bytes were handed out since a read last waited for some.</summary>
    public bool HasGiven => Volatile.Read(ref _given);

    /// <summary>Bytes were received that nobody has consumed; while no read waits.</summary>
    public bool HasUnread => !Volatile.Read(ref _waits) && _head is not null;

    // Something to tell without reading.
    private bool HasResult => _unexamined || _ended || _error is not null || Volatile.Read(ref _cancelled) != 0;

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfCompleted();
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<ReadResult>(cancellationToken);
        while (!HasResult)
        {
            var later = false;
            if (socket.MayRead)
            {
                later = !socket.TakeTurn();
                if (!later)
                {
                    Fill();
                    continue;
                }
            }

            if (Wait(later, cancellationToken, out var version))
                return new ValueTask<ReadResult>(this, version);
        }

        return _error is { } error && Volatile.Read(ref _cancelled) == 0
            ? ValueTask.FromException<ReadResult>(error)
            : new ValueTask<ReadResult>(TakeResult());
    }

    public override bool TryRead(out ReadResult result)
    {
        ThrowIfCompleted();
        while (!HasResult)
        {
            if (!socket.MayRead)
            {
                result = default;
                return false;
            }

            Fill();
        }

        if (_error is { } error && Volatile.Read(ref _cancelled) == 0)
            throw error;
        result = TakeResult();
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        // Positions of an empty buffer belong to no block.
        if (consumed.GetObject() is not ReadBlock block || _tail is null)
            return;
        var index = consumed.GetInteger();
        // Where examined lies is worked out before blocks are dropped, which forgets their place.
        var seen = examined.GetObject() as ReadBlock ?? block;
        var unexamined = seen.RunningIndex + examined.GetInteger() < _tail.RunningIndex + _tail.End;
        while (_head != block)
            DropHead();
        _start = index;
        while (_head is { } head && _start >= head.End)
        {
            _start -= head.End;
            DropHead();
        }

        _unexamined = unexamined && _tail is not null;
    }

    public override void CancelPendingRead()
    {
        Interlocked.Exchange(ref _cancelled, 1);
        socket.WakeRead();
    }

    public override void Complete(Exception? exception = null)
    {
        _completed = true;
        // While a read waits the blocks are the loop's, which sees the flag.
        if (Volatile.Read(ref _waits))
            socket.WakeRead();
        else
            DropAll();
    }

    /// <summary>On the loop: the read that waits can go on.</summary>
    public void OnReady()
    {
        while (true)
        {
            if (_completed || _token.IsCancellationRequested || HasResult)
            {
                Finish();
                return;
            }

            if (socket.MayRead)
                Fill();
            else if (socket.ArmRead())
            {
                WakeIfCancelled(_token);
                return;
            }
        }
    }

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token) => _pending.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => _pending.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _pending.OnCompleted(continuation, state, token, flags);

    // Hands the read to the loop. False: there may be something to read after all.
    private bool Wait(bool later, CancellationToken token, out short version)
    {
        _pending.Reset();
        version = _pending.Version;
        _token = token;
        if (token.CanBeCanceled)
            _registration = token.UnsafeRegister(static state => ((SocketReader)state!).OnTokenCancelled(), this);
        Volatile.Write(ref _given, false);
        Volatile.Write(ref _waits, true);
        if (later)
        {
            socket.ArmReadLater();
            return true;
        }

        if (socket.ArmRead())
        {
            WakeIfCancelled(token);
            return true;
        }

        StopWaiting();
        return false;
    }

    // A cancellation that came before the read was armed woke nobody.
    private void WakeIfCancelled(CancellationToken token)
    {
        if (token.IsCancellationRequested || Volatile.Read(ref _cancelled) != 0)
            socket.WakeRead();
    }

    // Also called for an earlier read's token when that was cancelled at the last moment: a look too many harms nobody.
    private void OnTokenCancelled() => socket.WakeRead();

    private void StopWaiting()
    {
        Volatile.Write(ref _waits, false);
        _token = default;
        _registration.Unregister();
        _registration = default;
    }

    // Last thing on the loop: the continuation may start the next read at once.
    private void Finish()
    {
        var token = _token;
        StopWaiting();
        if (_completed)
        {
            DropAll();
            _pending.SetException(new InvalidOperationException("The reader was completed."));
        }
        else if (token.IsCancellationRequested)
            _pending.SetException(new OperationCanceledException(token));
        else if (_error is { } error && Volatile.Read(ref _cancelled) == 0)
            _pending.SetException(error);
        else
            _pending.SetResult(TakeResult());
    }

    private ReadResult TakeResult()
    {
        var cancelled = Volatile.Read(ref _cancelled) != 0 && Interlocked.Exchange(ref _cancelled, 0) != 0;
        var buffer = _head is null ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(_head, _start, _tail!, _tail!.End);
        if (!buffer.IsEmpty)
            Volatile.Write(ref _given, true);
        return new ReadResult(buffer, cancelled, _ended);
    }

    // One read of the socket, which may block.
    private void Fill()
    {
        if (maxUnread > 0 && _tail is not null && _tail.RunningIndex + _tail.End - _head!.RunningIndex - _start >= maxUnread)
        {
            _error = new ConnectionAbortedException($"More than {maxUnread} bytes were received and not consumed.");
            socket.Owner?.Abort((ConnectionAbortedException)_error);
            return;
        }

        var block = _tail;
        if (block is null || block.Room.Length < MinRoom)
            Append(block = new ReadBlock(_blockSize));
        var room = block.Room.Length;
        var received = socket.Receive(block.Room);
        if (received > 0)
        {
            block.Received(received);
            _unexamined = true;
            Adapt(received, room);
            return;
        }

        if (_tail!.End == 0)
            DropTail();
        if (received == 0)
        {
            _ended = true;
            socket.Owner?.FireClosed();
        }
        else if (received != LoopSocket.WouldBlock)
        {
            _error = socket.ErrorOf(-received);
            socket.Owner?.FireClosed();
        }
    }

    // Large uploads want large reads; a request head does not.
    private void Adapt(int received, int room)
    {
        if (received == room)
            _blockSize = Math.Min(MaxBlock, _blockSize * 4);
        else if (received < _blockSize / 8)
            _blockSize = Math.Max(MinBlock, _blockSize / 4);
    }

    private void Append(ReadBlock block)
    {
        if (_tail is null)
        {
            _head = block;
            _start = 0;
        }
        else
            _tail.Append(block);
        _tail = block;
    }

    // The empty block that was taken for a read which then brought nothing.
    private void DropTail()
    {
        var tail = _tail!;
        if (_head == tail)
            _head = _tail = null;
        else
        {
            var last = _head!;
            while (last.NextBlock != tail)
                last = last.NextBlock!;
            last.Cut();
            _tail = last;
        }

        tail.Return();
    }

    private void DropHead()
    {
        var head = _head ?? throw new InvalidOperationException("The position is not of the last buffer.");
        _head = head.NextBlock;
        if (_head is null)
            _tail = null;
        head.Return();
    }

    private void DropAll()
    {
        while (_head is not null)
            DropHead();
        _unexamined = false;
    }

    private void ThrowIfCompleted()
    {
        if (_completed)
            Throw();

        [DoesNotReturn]
        static void Throw() => throw new InvalidOperationException("The reader was completed.");
    }
}
