using System.Net.Sockets;
using System.Threading.Tasks.Sources;
using Weir.Transport.Loops;
using Weir.Transport.Native;

namespace Weir.Transport.Upstream;

/// <summary>
/// An upstream connection on a loop. One receive and one send at a time, each from any thread, and <see cref="Close"/> from any
/// thread at any time. What waits continues on the loop. Allocates nothing per operation.
/// </summary>
public sealed class LoopStream : LoopSocket, IValueTaskSource<int>, IValueTaskSource
{
    private const int NotWatched = 0;
    private const int Watched = 1;

    private ManualResetValueTaskSourceCore<int> _receiving;
    private ManualResetValueTaskSourceCore<bool> _sending;
    private Memory<byte> _receiveBuffer;
    private ReadOnlyMemory<byte> _unsent;
    private bool _connecting = true;

    // What the loop finds waiting to read is the watch, not a receive.
    private bool _readIsWatch;
    private bool _watchUnsure;
    private int _watch;
    private Action<object?>? _gone;
    private object? _goneState;

    internal LoopStream(EventLoop loop, int descriptor)
        : base(loop, descriptor, connecting: true)
    {
    }

    /// <summary>Receives what is there, or waits for it. 0 when the peer has sent its last byte, or for an empty buffer once there is something.</summary>
    /// <exception cref="SocketException">Reset, timed out, or <see cref="SocketError.OperationAborted"/> after <see cref="Close"/>.</exception>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        while (true)
        {
            var later = false;
            if (MayRead)
            {
                later = Loop.IsCurrent && !Loop.TakeTurn();
                if (!later)
                {
                    var received = ReceiveOrPeek(buffer);
                    if (received >= 0)
                        return new ValueTask<int>(received);
                    if (received != WouldBlock)
                        return ValueTask.FromException<int>(Errno.ToException(-received));
                }
            }

            _receiving.Reset();
            var version = _receiving.Version;
            _receiveBuffer = buffer;
            if (later)
                ArmReadLater();
            else if (!ArmRead())
                continue;
            return new ValueTask<int>(this, version);
        }
    }

    /// <summary>Sends all bytes; they must stay as they are until then.</summary>
    /// <exception cref="SocketException">Reset, shut down, timed out, or <see cref="SocketError.OperationAborted"/> after <see cref="Close"/>.</exception>
    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (true)
        {
            var error = SendSome(ref bytes, out var later);
            if (error == 0)
                return default;
            if (error != WouldBlock)
                return ValueTask.FromException(Errno.ToException(-error));

            _sending.Reset();
            var version = _sending.Version;
            _unsent = bytes;
            if (later)
                ArmWriteLater();
            else if (!ArmWrite())
                continue;
            return new ValueTask(this, version);
        }
    }

    /// <summary>Closes; what waits fails with <see cref="SocketError.OperationAborted"/>. Idempotent, never continues anything inline.</summary>
    public void Close()
    {
        Interlocked.CompareExchange(ref _watch, NotWatched, Watched);
        CloseDescriptor();
    }

    /// <summary>
    /// Watches the connection while nobody uses it: <paramref name="gone"/> is called once, on the loop, when the peer closes it,
    /// fails, or sends something. Not while a receive waits.
    /// </summary>
    public void StartIdle(Action<object?> gone, object? state)
    {
        _gone = gone;
        _goneState = state;
        _readIsWatch = true;
        _watchUnsure = MayRead;
        Volatile.Write(ref _watch, Watched);
        // What may be there already is looked at on the loop, so that the callback never comes inside this call.
        if (MayRead || !ArmRead())
            ArmReadLater();
    }

    /// <summary>
    /// Ends the watch. True: the connection was quiet and can be used; an event that the loop has not seen yet may still be on
    /// its way. False: it is of no use, and only <see cref="Close"/> may follow.
    /// </summary>
    public bool EndIdle()
    {
        if (Interlocked.CompareExchange(ref _watch, NotWatched, Watched) != Watched)
            return false;
        if (!DisarmRead() || HasHungUp || IsClosed)
            return false;
        _readIsWatch = false;
        _gone = null;
        _goneState = null;
        return !_watchUnsure || Peek() == WouldBlock;
    }

    int IValueTaskSource<int>.GetResult(short token) => _receiving.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _receiving.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _receiving.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource.GetResult(short token) => _sending.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _sending.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _sending.OnCompleted(continuation, state, token, flags);

    /// <summary>Registers with the loop; done when the connection stands.</summary>
    internal ValueTask ConnectedAsync()
    {
        _sending.Reset();
        var version = _sending.Version;
        Loop.Register(this, Events);
        return new ValueTask(this, version);
    }

    private protected override void ReadReady()
    {
        if (_readIsWatch)
        {
            OnWatchEvent();
            return;
        }

        while (true)
        {
            if (!MayRead)
            {
                if (ArmRead())
                    return;
                continue;
            }

            var received = ReceiveOrPeek(_receiveBuffer);
            if (received == WouldBlock)
                continue;
            _receiveBuffer = default;
            if (received >= 0)
                _receiving.SetResult(received);
            else
                _receiving.SetException(Errno.ToException(-received));
            return;
        }
    }

    private protected override void WriteReady()
    {
        if (_connecting)
        {
            OnConnected();
            return;
        }

        while (true)
        {
            var error = SendSome(ref _unsent, out var later);
            if (error == WouldBlock)
            {
                if (later)
                    ArmWriteLater();
                else if (!ArmWrite())
                    continue;
                return;
            }

            _unsent = default;
            if (error == 0)
                _sending.SetResult(true);
            else
                _sending.SetException(Errno.ToException(-error));
            return;
        }
    }

    private int ReceiveOrPeek(Memory<byte> buffer) => buffer.IsEmpty ? Math.Min(PeekReady(), 0) : Receive(buffer.Span);

    // 0 when all is sent, "would block" (later: others come first), or minus an errno.
    private int SendSome(ref ReadOnlyMemory<byte> bytes, out bool later)
    {
        later = false;
        while (!bytes.IsEmpty)
        {
            if (Loop.IsCurrent && !Loop.TakeTurn())
            {
                later = true;
                return WouldBlock;
            }

            var sent = Send(bytes.Span, more: false);
            if (sent < 0)
                return sent;
            bytes = bytes[sent..];
        }

        return 0;
    }

    private unsafe void OnConnected()
    {
        _connecting = false;
        var error = Errno.Cancelled;
        if (Enter())
        {
            var length = sizeof(int);
            if (Libc.GetOption(Descriptor, SocketNumbers.SocketLevel, SocketNumbers.ErrorOption, &error, &length) != 0)
                error = System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
            Leave();
        }

        if (error == 0)
            _sending.SetResult(true);
        else
            _sending.SetException(Errno.ToException(error));
    }

    private void OnWatchEvent()
    {
        while (Volatile.Read(ref _watch) == Watched)
        {
            if (!MayRead)
            {
                if (ArmRead())
                    return;
                continue;
            }

            if (PeekReady() == WouldBlock)
            {
                _watchUnsure = false;
                continue;
            }

            var (gone, state) = (_gone, _goneState);
            if (Interlocked.CompareExchange(ref _watch, NotWatched, Watched) == Watched)
                gone!(state);
            return;
        }
    }
}
