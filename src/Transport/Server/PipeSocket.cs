using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Weir.Transport.Loops;
using Weir.Transport.Native;

namespace Weir.Transport.Server;

/// <summary>A downstream socket and the pipe that Kestrel sees of it.</summary>
internal sealed class PipeSocket : LoopSocket, IDuplexPipe
{
    private Exception? _abortReason;

    public PipeSocket(EventLoop loop, int descriptor, TransportSettings settings, TransportMetrics metrics)
        : base(loop, descriptor, connecting: false)
    {
        Reader = new SocketReader(this, settings.MaxUnreadBytes);
        Writer = new SocketWriter(this, metrics);
    }

    /// <summary>The connection; set before the loop knows the socket.</summary>
    public LoopConnection? Owner { get; set; }

    public SocketReader Reader { get; }

    public SocketWriter Writer { get; }

    PipeReader IDuplexPipe.Input => Reader;

    PipeWriter IDuplexPipe.Output => Writer;

    /// <summary>True while a system call more is fair to the other sockets of the loop; always, on any other thread.</summary>
    public bool TakeTurn() => !Loop.IsCurrent || Loop.TakeTurn();

    /// <summary>What reads throw from now on; the first reason stays.</summary>
    public void SetAbortReason(Exception reason) => Interlocked.CompareExchange(ref _abortReason, reason, null);

    /// <summary>The exception that Kestrel knows for an errno of this socket.</summary>
    public Exception ErrorOf(int errno)
    {
        if (Volatile.Read(ref _abortReason) is { } reason)
            return reason;
        var cause = Errno.ToException(errno);
        return errno switch
        {
            Errno.ConnectionReset or Errno.BrokenPipe => new ConnectionResetException(cause.Message, cause),
            Errno.Cancelled => new ConnectionAbortedException("The connection was closed."),
            _ => new IOException(cause.Message, cause),
        };
    }

    /// <summary>A write failed: the connection is of no use any more.</summary>
    public void OnSendFailed(int errno)
    {
        SetAbortReason(ErrorOf(errno));
        CloseDescriptor();
        Owner?.FireClosed();
    }

    internal override void Abandon()
    {
        SetAbortReason(new ConnectionAbortedException("The transport was stopped."));
        CloseDescriptor();
        Owner?.FireClosed();
    }

    private protected override void ReadReady() => Reader.OnReady();

    private protected override void WriteReady() => Writer.OnReady();

    private protected override void OnHangUp(bool broken)
    {
        if (Owner is not { } owner)
            return;
        // Unread bytes come first while nothing was read: who sends a request and closes that half at once still gets the
        // answer. Once a request was read they are no reason to wait for their reader. With TLS in front one cannot tell them
        // from its farewell.
        if (broken || !owner.IsDirect || Reader.HasGiven || Peek() is <= 0 and not WouldBlock)
            owner.FireClosed();
    }

    private protected override void OnDescriptorClosed() => Owner?.OnDescriptorClosed();
}
