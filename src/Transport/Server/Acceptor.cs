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

    /// <summary>A pause that comes again tells nothing new within this time.</summary>
    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    private readonly Socket _socket;
    private readonly EpollListener _listener;
    private readonly TransportContext _context;
    private readonly EndPoint? _address;
    private readonly bool _isTcp;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _timer;
    private bool _pausedByLimit;
    private bool _pausedByQueue;
    private bool _pausedByFailure;
    private bool _hasLogged;
    private long _logged;
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

    private string Name => _listener.EndPoint.ToString() ?? "";

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

    /// <summary>The loop ends; nothing here throws.</summary>
    internal override void Abandon() => Close(acceptRest: false);

    private void Close(bool acceptRest)
    {
        if (_closed)
            return;
        if (acceptRest)
            AcceptRest();
        _closed = true;
        Loop.Unregister(this);
        _context.Forget(this);
        _timer?.Dispose();
        _socket.Dispose();
        _stopped.TrySetResult();
    }

    private void AcceptRest()
    {
        try
        {
            // Not more than the backlog holds: under a flood there would be no end.
            for (var i = 0; i < _context.Settings.Backlog; i++)
            {
                if (!AcceptOne())
                    return;
            }
        }
        catch (Exception error)
        {
            _context.Logger.AcceptFailed(error, Name);
        }
    }

    private void Accept()
    {
        if (_closed)
            return;
        try
        {
            for (var i = 0; i < Batch; i++)
            {
                if (!AcceptOne())
                    return;
            }
        }
        catch (Exception error)
        {
            // One connection is lost; the listener has to stay.
            if (MayLog())
                _context.Logger.AcceptFailed(error, Name);
            PauseForAWhile();
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
            {
                _pausedByQueue = true;
                _context.Metrics.AcceptPaused(AcceptPause.Queue);
                _context.Logger.AcceptWaits(Name, "the server has not taken the last connections yet");
            }

            return false;
        }

        _pausedByQueue = false;
        if (!_context.TryOpen(this))
        {
            _listener.Queue.GiveRoomBack();
            if (!_pausedByLimit)
            {
                _pausedByLimit = true;
                _context.Metrics.AcceptPaused(AcceptPause.Limit);
                _context.Logger.AcceptWaits(Name, "as many connections are open as may be");
            }

            return false;
        }

        _pausedByLimit = false;
        int descriptor;
        SocketName remote;
        int error;
        try
        {
            descriptor = AcceptDescriptor(out remote, out error);
        }
        catch
        {
            _listener.Queue.GiveRoomBack();
            _context.Unopen();
            throw;
        }

        if (descriptor >= 0)
        {
            _pausedByFailure = false;
            if (IsUnwanted(remote))
                TurnAway(descriptor);
            else
                Open(descriptor, remote);
            return true;
        }

        _listener.Queue.GiveRoomBack();
        _context.Unopen();
        switch (error)
        {
            case Errno.WouldBlock:
                _pausedByFailure = false;
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

    private bool IsUnwanted(in SocketName remote)
    {
        if (_context.Filter is not { IsActive: true } filter || remote.ToAddress() is not { } peer)
            return false;
        try
        {
            return !filter.Admits(peer);
        }
        catch (Exception error)
        {
            // The descriptor must not be lost. What failed here is asked again behind, where there is a connection.
            if (MayLog())
                _context.Logger.FilterFailed(error, Name);
            return false;
        }
    }

    // The cheapest no: a reset, and nothing was made for the connection.
    private unsafe void TurnAway(int descriptor)
    {
        // struct linger { on, 0 seconds }
        var linger = 1L;
        _ = Libc.SetOption(descriptor, SocketNumbers.SocketLevel, SocketNumbers.Linger, &linger, sizeof(long));
        _ = Libc.Close(descriptor);
        _listener.Queue.GiveRoomBack();
        _context.Unopen();
    }

    private unsafe void Open(int descriptor, in SocketName remote)
    {
        if (_isTcp)
        {
            var on = 1;
            _ = Libc.SetOption(descriptor, SocketNumbers.TcpLevel, SocketNumbers.NoDelay, &on, sizeof(int));
        }

        LoopConnection? connection = null;
        var added = false;
        try
        {
            _context.Metrics.Accepted();
            // TCP is spread over the loops by the kernel; the one listener of a Unix socket deals.
            var loop = _isTcp ? Loop : _context.Loops.Next();
            connection = new LoopConnection(loop, descriptor, remote, _address, _context);
            connection.Start();
            added = _listener.Queue.Add(connection);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The kernel has no room for it, or the loop has stopped.
        }
        finally
        {
            if (!added)
                Refuse(descriptor, connection);
        }
    }

    private void Refuse(int descriptor, LoopConnection? connection)
    {
        _listener.Queue.GiveRoomBack();
        if (connection is not null)
        {
            connection.Abort();
            return;
        }

        _ = Libc.Close(descriptor);
        _context.OnClosed();
    }

    private void PauseForDescriptors(int error)
    {
        if (!_pausedByFailure)
        {
            _pausedByFailure = true;
            _context.Metrics.AcceptPaused(AcceptPause.Descriptors);
            if (MayLog())
                _context.Logger.AcceptPaused(Name, Errno.ToException(error).Message);
        }

        PauseForAWhile();
    }

    private bool MayLog()
    {
        var now = _context.Time.GetTimestamp();
        if (_hasLogged && _context.Time.GetElapsedTime(_logged, now) < LogInterval)
            return false;
        _hasLogged = true;
        _logged = now;
        return true;
    }

    private void PauseForAWhile()
    {
        _timer ??= _context.Time.CreateTimer(static state => ((Acceptor)state!).Resume(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(Pause, Timeout.InfiniteTimeSpan);
    }
}
