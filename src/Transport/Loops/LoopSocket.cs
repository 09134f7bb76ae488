using System.Runtime.InteropServices;
using Weir.Transport.Native;

namespace Weir.Transport.Loops;

/// <summary>
/// One non-blocking stream socket on a loop. Any thread may read, write and close, one reader and one writer at a time; only
/// the loop wakes what waits. A side is <c>ready</c> (try it), <c>idle</c> (known to block) or <c>waiting</c> (somebody waits).
/// </summary>
/// <remarks>
/// epoll is edge-triggered, so an edge must never be lost: the reader leaves <c>ready</c> before it calls recv, with a full
/// fence in between (<see cref="Enter"/>), so an edge after that call finds <c>idle</c> or <c>waiting</c> and is kept; and only a
/// compare-and-swap takes <c>idle</c> to <c>waiting</c>, so an edge in between makes it fail. Closing sets a bit first and looks
/// for waiters then; who begins to wait looks at the bit afterwards. One of the two sees the other.
/// </remarks>
public abstract unsafe class LoopSocket : LoopHandle
{
    /// <summary>What a call returns that would block.</summary>
    internal const int WouldBlock = -Errno.WouldBlock;

    /// <summary>What a call returns after <see cref="CloseDescriptor"/>.</summary>
    internal const int Closed = -Errno.Cancelled;

    internal const uint Events = Epoll.In | Epoll.Out | Epoll.PeerHangUp | Epoll.EdgeTriggered;

    private const int Idle = 0;
    private const int Ready = 1;
    private const int Waiting = 2;

    private const int DiscardBytes = 16 * 1024;

    private const int ClosedBit = 1 << 30;

    private const int ReadBit = 1;
    private const int WriteBit = 2;

    private int _read;
    private int _write;
    private int _posted;

    // Threads inside a system call with the descriptor, and the bit that says: no more. Who takes it to just the bit closes.
    private int _use;
    private int _hungUp;

    private protected LoopSocket(EventLoop loop, int descriptor, bool connecting)
        : base(loop, descriptor) => _write = connecting ? Waiting : Ready;

    /// <summary>True after <see cref="CloseDescriptor"/>, whoever called it.</summary>
    internal bool IsClosed => (Volatile.Read(ref _use) & ClosedBit) != 0;

    /// <summary>False when a read is known to block.</summary>
    internal bool MayRead => Volatile.Read(ref _read) == Ready;

    /// <summary>The peer has closed its side, or the connection is broken; unread bytes may still be there.</summary>
    internal bool HasHungUp => Volatile.Read(ref _hungUp) != 0;

    internal sealed override void OnEvents(uint events)
    {
        var hangUp = (events & (Epoll.PeerHangUp | Epoll.HangUp | Epoll.Error)) != 0;
        if (hangUp)
        {
            // A full fence: either the reader sees this after its short read, or we see that it has left "ready".
            Interlocked.Exchange(ref _hungUp, 1);
        }

        if ((events & (Epoll.Out | Epoll.HangUp | Epoll.Error)) != 0)
            OnWritable();
        // Before the reader learns that there is something: what it would take away meanwhile tells an early end from a request.
        if (hangUp && Volatile.Read(ref _read) != Waiting)
            OnHangUp((events & (Epoll.HangUp | Epoll.Error)) != 0);
        if ((events & (Epoll.In | Epoll.PeerHangUp | Epoll.HangUp | Epoll.Error)) != 0)
            OnReadable();
    }

    internal override void Abandon() => CloseDescriptor();

    /// <summary>On the loop: the read that waited may go on.</summary>
    private protected abstract void ReadReady();

    /// <summary>On the loop: the write that waited may go on.</summary>
    private protected abstract void WriteReady();

    /// <summary>On the loop: the peer hung up while no read waits.</summary>
    /// <param name="broken">Both directions are gone, not only the peer's.</param>
    private protected virtual void OnHangUp(bool broken)
    {
    }

    /// <summary>Once, after the descriptor was closed, on any thread.</summary>
    private protected virtual void OnDescriptorClosed()
    {
    }

    /// <summary>Reads without waiting; only while <see cref="MayRead"/>. Bytes, 0 at the end, or minus an errno.</summary>
    internal int Receive(Span<byte> buffer)
    {
        Volatile.Write(ref _read, Idle);
        var received = ReceiveCore(buffer, SocketNumbers.DoNotWait);
        // A short read has emptied the socket: the next one waits for an edge without asking. Not so at the end, which comes
        // without a further edge.
        if (received == buffer.Length || (received != WouldBlock && (received <= 0 || HasHungUp)))
            Volatile.Write(ref _read, Ready);
        return received;
    }

    /// <summary>Looks whether there is something to read, and leaves it there. 1, 0 at the end, or minus an errno.</summary>
    internal int Peek()
    {
        byte one;
        return ReceiveCore(new Span<byte>(&one, 1), SocketNumbers.DoNotWait | SocketNumbers.Peek);
    }

    /// <summary>
    /// Receives and throws away up to <paramref name="most"/> bytes, for a socket that nobody reads any more. Bytes, or the
    /// result of the call that brought none when it was the first: 0 at the end, or minus an errno.
    /// </summary>
    internal int Discard(int most)
    {
        var room = stackalloc byte[DiscardBytes];
        var all = 0;
        while (all < most)
        {
            var received = ReceiveCore(new Span<byte>(room, DiscardBytes), SocketNumbers.DoNotWait);
            if (received <= 0)
                return all > 0 ? all : received;
            all += received;
        }

        return all;
    }

    /// <summary>As <see cref="Receive"/>, of one byte that stays there.</summary>
    internal int PeekReady()
    {
        Volatile.Write(ref _read, Idle);
        var seen = Peek();
        if (seen != WouldBlock)
            Volatile.Write(ref _read, Ready);
        return seen;
    }

    /// <summary>
    /// Lets the loop call <see cref="ReadReady"/> once there is something to read, at once or later, so everything that it needs
    /// is in place before. False: try to read again.
    /// </summary>
    internal bool ArmRead() => Interlocked.CompareExchange(ref _read, Waiting, Idle) == Idle && StaysArmed(ref _read);

    /// <summary>As <see cref="ArmRead"/> while <see cref="MayRead"/>: after the loop has served its other sockets.</summary>
    internal void ArmReadLater()
    {
        Volatile.Write(ref _read, Waiting);
        Wake(ReadBit);
    }

    /// <summary>Stops waiting to read. False: the loop has already taken notice, nobody waits any more.</summary>
    internal bool DisarmRead() => Interlocked.CompareExchange(ref _read, Idle, Waiting) == Waiting;

    /// <summary>After a write that would block: as <see cref="ArmRead"/>. False: try to write again.</summary>
    internal bool ArmWrite()
    {
        if (Volatile.Read(ref _write) == Idle)
            return Interlocked.CompareExchange(ref _write, Waiting, Idle) == Idle && StaysArmed(ref _write);
        // Left ready through all writes that succeed, so that they cost no interlocked operation: try once more before waiting.
        Interlocked.Exchange(ref _write, Idle);
        return false;
    }

    /// <summary>Lets the loop call <see cref="WriteReady"/> after it has served its other sockets.</summary>
    internal void ArmWriteLater()
    {
        Volatile.Write(ref _write, Waiting);
        Wake(WriteBit);
    }

    /// <summary>Has the loop look at the waiting read again, as if there were something to read.</summary>
    internal void WakeRead() => Wake(ReadBit);

    /// <summary>Has the loop look at the waiting write again.</summary>
    internal void WakeWrite() => Wake(WriteBit);

    /// <summary>Writes without waiting. Bytes, or minus an errno.</summary>
    internal int Send(ReadOnlySpan<byte> bytes, bool more)
    {
        if (!Enter())
            return Closed;
        nint sent;
        var error = 0;
        fixed (byte* start = bytes)
        {
            do
                sent = Libc.Send(Descriptor, start, bytes.Length, SocketNumbers.DoNotWait | SocketNumbers.NoSignal | (more ? SocketNumbers.More : 0));
            while (sent < 0 && (error = Marshal.GetLastPInvokeError()) == Errno.Interrupted);
        }

        Leave();
        return sent >= 0 ? (int)sent : -error;
    }

    /// <summary>Writes several pieces, which the caller holds in place. Bytes, or minus an errno.</summary>
    internal int Send(IoVector* pieces, int count, bool more)
    {
        if (!Enter())
            return Closed;
        var message = new MessageHeader { Vectors = pieces, VectorCount = (nuint)count };
        nint sent;
        var error = 0;
        do
            sent = Libc.SendMessage(Descriptor, &message, SocketNumbers.DoNotWait | SocketNumbers.NoSignal | (more ? SocketNumbers.More : 0));
        while (sent < 0 && (error = Marshal.GetLastPInvokeError()) == Errno.Interrupted);
        Leave();
        return sent >= 0 ? (int)sent : -error;
    }

    /// <summary>Writes from a file. Bytes, 0 at the file's end, or minus an errno.</summary>
    internal int SendFile(int file, long offset, int count)
    {
        if (!Enter())
            return Closed;
        nint sent;
        var error = 0;
        do
            sent = Libc.SendFile(Descriptor, file, &offset, count);
        while (sent < 0 && (error = Marshal.GetLastPInvokeError()) == Errno.Interrupted);
        Leave();
        return sent >= 0 ? (int)sent : -error;
    }

    /// <summary>Takes hold of the descriptor for a system call; false once it is closed.</summary>
    internal bool Enter()
    {
        while (true)
        {
            var use = Volatile.Read(ref _use);
            if ((use & ClosedBit) != 0)
                return false;
            if (Interlocked.CompareExchange(ref _use, use + 1, use) == use)
                return true;
        }
    }

    internal void Leave()
    {
        if (Interlocked.Decrement(ref _use) == ClosedBit)
            Release();
    }

    /// <summary>Closes, now or when the last system call with the descriptor returns; what waits goes on and finds it closed. False: it was already.</summary>
    internal bool CloseDescriptor()
    {
        while (true)
        {
            var use = Volatile.Read(ref _use);
            if ((use & ClosedBit) != 0)
                return false;
            if (Interlocked.CompareExchange(ref _use, use | ClosedBit, use) != use)
                continue;
            if (use == 0)
                Release();
            var waiters = (Volatile.Read(ref _read) == Waiting ? ReadBit : 0) | (Volatile.Read(ref _write) == Waiting ? WriteBit : 0);
            if (waiters != 0)
                Wake(waiters);
            return true;
        }
    }

    private void Release()
    {
        Loop.Forget(this);
        _ = Libc.Close(Descriptor);
        OnDescriptorClosed();
    }

    private int ReceiveCore(Span<byte> buffer, int flags)
    {
        if (!Enter())
            return Closed;
        nint received;
        var error = 0;
        fixed (byte* start = buffer)
        {
            do
                received = Libc.Receive(Descriptor, start, buffer.Length, flags);
            while (received < 0 && (error = Marshal.GetLastPInvokeError()) == Errno.Interrupted);
        }

        Leave();
        return received >= 0 ? (int)received : -error;
    }

    private bool StaysArmed(ref int side) => !IsClosed || Interlocked.CompareExchange(ref side, Ready, Waiting) != Waiting;

    private void OnReadable()
    {
        while (true)
        {
            switch (Volatile.Read(ref _read))
            {
                case Ready:
                    return;
                case Waiting:
                    if (Interlocked.CompareExchange(ref _read, Ready, Waiting) != Waiting)
                        continue;
                    ReadReady();
                    return;
                default:
                    if (Interlocked.CompareExchange(ref _read, Ready, Idle) == Idle)
                        return;
                    continue;
            }
        }
    }

    private void OnWritable()
    {
        if (Volatile.Read(ref _write) != Ready && Interlocked.Exchange(ref _write, Ready) == Waiting)
            WriteReady();
    }

    private void Wake(int sides)
    {
        if (Interlocked.Or(ref _posted, sides) == 0)
            Loop.Post(static state => ((LoopSocket)state!).RunPosted(), this);
    }

    private void RunPosted()
    {
        var sides = Interlocked.Exchange(ref _posted, 0);
        if ((sides & WriteBit) != 0)
            OnWritable();
        if ((sides & ReadBit) != 0)
            OnReadable();
    }
}
