using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Weir.Transport.Loops;
using Weir.Transport.Native;

namespace Weir.Transport.Server;

/// <summary>A listening socket on one loop.</summary>
internal sealed class Acceptor : LoopHandle
{
    /// <summary>Connections accepted in one go before the loop serves its other sockets.</summary>
    private const int Batch = 64;

    /// <summary>How long accepting pauses when the process is out of descriptors, unless one is known to be free earlier.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly EpollListener _listener;
    private readonly TransportContext _context;
    private readonly EndPoint? _address;
    private readonly bool _isTcp;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _timer;
    private bool _pausedByLimit;
    private bool _pausedByQueue;
    private bool _closed;

    public Acceptor(EventLoop loop, Socket socket, EpollListener listener, TransportContext context)
        : base(loop, (int)socket.Handle)
    {
        _socket = socket;
        _listener = listener;
        _context = context;
        _isTcp = socket.LocalEndPoint is IPEndPoint;
        _address = socket.LocalEndPoint switch
        {
            IPEndPoint ip when ip.Address.Equals(IPAddress.Any) || ip.Address.Equals(IPAddress.IPv6Any) => null,
            var other => other,
        };
    }

    public void Start() => Loop.Register(this, Epoll.In | Epoll.EdgeTriggered);

    /// <summary>Accepting may go on. From any thread.</summary>
    public void Resume() => Loop.Post(static state => ((Acceptor)state!).Accept(), this);

    /// <summary>Accepts what is in the backlog already, as far as there is room, and closes.</summary>
    public Task StopAsync()
    {
        Loop.Post(static state => ((Acceptor)state!).Close(acceptRest: true), this);
        return _stopped.Task;
    }

    internal override void OnEvents(uint events) => Accept();

    internal override void Abandon() => Close(acceptRest: false);

    private void Close(bool acceptRest)
    {
        if (_closed)
            return;
        while (acceptRest && AcceptOne())
        {
        }

        _closed = true;
        Loop.Unregister(this);
        _context.Forget(this);
        _timer?.Dispose();
        _socket.Dispose();
        _stopped.TrySetResult();
    }

    private void Accept()
    {
        if (_closed)
            return;
        for (var i = 0; i < Batch; i++)
        {
            if (!AcceptOne())
                return;
        }

        Resume();
    }

    // False: nothing more for now.
    private bool AcceptOne()
    {
        if (!_listener.Queue.TryTakeRoom())
        {
            if (!_pausedByQueue)
                _context.Metrics.AcceptPaused(AcceptPause.Queue);
            _pausedByQueue = true;
            return false;
        }

        _pausedByQueue = false;
        if (!_context.TryOpen(this))
        {
            if (!_pausedByLimit)
                _context.Metrics.AcceptPaused(AcceptPause.Limit);
            _pausedByLimit = true;
            _listener.Queue.GiveRoomBack();
            return false;
        }

        _pausedByLimit = false;
        var descriptor = AcceptDescriptor(out var remote, out var error);
        if (descriptor >= 0)
        {
            Open(descriptor, remote);
            return true;
        }

        _listener.Queue.GiveRoomBack();
        _context.Unopen();
        switch (error)
        {
            case Errno.WouldBlock:
                return false;
            case Errno.TooManyFiles or Errno.FileTableFull or Errno.NoBuffers or Errno.NoMemory:
                PauseForDescriptors(error);
                return false;
            default:
                // accept(2): errors of the new connection, which is gone already, are to be treated as "try again"; those of
                // the listener cannot happen while it is ours.
                return !_closed && error is not (Errno.BadDescriptor or Errno.InvalidArgument or Errno.NotSocket);
        }
    }

    private unsafe int AcceptDescriptor(out SocketName remote, out int error)
    {
        var bytes = stackalloc byte[SocketName.MaxBytes];
        int length;
        int descriptor;
        do
        {
            length = SocketName.MaxBytes;
            error = 0;
            descriptor = Libc.Accept(Descriptor, bytes, &length, SocketNumbers.NonBlocking | SocketNumbers.CloseOnExec);
        }
        while (descriptor < 0 && (error = Marshal.GetLastPInvokeError()) is Errno.Interrupted or Errno.ConnectionAborted);

        remote = descriptor < 0 ? default : SocketName.Parse(new ReadOnlySpan<byte>(bytes, Math.Min(length, SocketName.MaxBytes)));
        return descriptor;
    }

    private unsafe void Open(int descriptor, in SocketName remote)
    {
        if (_isTcp)
        {
            var on = 1;
            _ = Libc.SetOption(descriptor, SocketNumbers.TcpLevel, SocketNumbers.NoDelay, &on, sizeof(int));
        }

        _context.Metrics.Accepted();
        // TCP is spread over the loops by the kernel; the one listener of a Unix socket deals.
        var loop = _isTcp ? Loop : _context.Loops.Next();
        var connection = new LoopConnection(loop, descriptor, remote, _address, _context);
        try
        {
            connection.Start();
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            _listener.Queue.GiveRoomBack();
            connection.Abort();
            return;
        }

        if (!_listener.Queue.Add(connection))
        {
            _listener.Queue.GiveRoomBack();
            connection.Abort();
        }
    }

    private void PauseForDescriptors(int error)
    {
        _context.Metrics.AcceptPaused(AcceptPause.Descriptors);
        _context.Logger.AcceptPaused(_listener.EndPoint.ToString() ?? "", Errno.ToException(error).Message);
        _timer ??= _context.Time.CreateTimer(static state => ((Acceptor)state!).Resume(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(Pause, Timeout.InfiniteTimeSpan);
    }
}
