using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Weir.Transport.Native;

namespace Weir.Transport.Server;

/// <summary>One bound address: a listening socket on each loop for TCP, on one for a Unix socket.</summary>
internal sealed class EpollListener : IConnectionListener
{
    private readonly List<Acceptor> _acceptors = [];
    private readonly TransportContext _context;
    private readonly string? _path;
    private Task? _unbound;

    private EpollListener(EndPoint endPoint, TransportContext context)
    {
        _context = context;
        EndPoint = endPoint;
        _path = (endPoint as UnixDomainSocketEndPoint)?.ToString();
        Queue = new AcceptQueue(context.Settings.AcceptQueue);
    }

    /// <summary>The bound address; with the port that was chosen when it was 0.</summary>
    public EndPoint EndPoint { get; private set; }

    public AcceptQueue Queue { get; }

    /// <exception cref="AddressInUseException">Somebody else listens there.</exception>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public static EpollListener Bind(EndPoint endPoint, TransportContext context)
    {
        var listener = new EpollListener(endPoint, context);
        var sockets = new List<Socket>();
        try
        {
            listener.Bind(sockets);
            for (var i = 0; i < sockets.Count; i++)
                listener._acceptors.Add(new Acceptor(sockets.Count > 1 ? context.Loops[i] : context.Loops.Next(), sockets[i], listener, context));
            foreach (var acceptor in listener._acceptors)
                acceptor.Start();
            return listener;
        }
        catch (Exception error)
        {
            foreach (var acceptor in listener._acceptors)
                acceptor.Loop.Unregister(acceptor);
            foreach (var socket in sockets)
                socket.Dispose();
            if (error is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse })
                throw new AddressInUseException(error.Message, error);
            throw;
        }
    }

    public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) => Queue.TakeAsync(ResumeAll, cancellationToken);

    // The token counts for nothing, as in the stock transport: a server that is disposed of without having been stopped gives one
    // that is cancelled already, and the port must be free afterwards.
    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        lock (_acceptors)
            return new ValueTask(_unbound ??= UnbindCoreAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await UnbindAsync();
        while (Queue.TryTake(out var connection))
        {
            connection!.Abort();
            await connection.DisposeAsync();
        }
    }

    private void ResumeAll()
    {
        foreach (var acceptor in _acceptors)
            acceptor.Resume();
    }

    private async Task UnbindCoreAsync()
    {
        await Task.WhenAll(_acceptors.Select(acceptor => acceptor.StopAsync()));
        Queue.Complete();
        if (_path is not null && !_path.StartsWith('@'))
            File.Delete(_path);
    }

    private void Bind(List<Socket> sockets)
    {
        if (EndPoint is not IPEndPoint ip)
        {
            sockets.Add(Listening(EndPoint, shared: false));
            return;
        }

        // A port that is shared between our loops would be shared with a stranger too; somebody who listens there already is
        // found out by an attempt that does not share. A port that the kernel chooses is nobody's.
        if (ip.Port != 0)
            NewSocket(ip, shared: false).Dispose();
        for (var i = 0; i < _context.Loops.Count; i++)
        {
            sockets.Add(Listening(EndPoint, shared: true));
            EndPoint = sockets[0].LocalEndPoint!;
        }
    }

    private Socket Listening(EndPoint endPoint, bool shared)
    {
        var socket = NewSocket(endPoint, shared);
        try
        {
            socket.Listen(_context.Settings.Backlog);
            socket.Blocking = false;
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static Socket NewSocket(EndPoint endPoint, bool shared)
    {
        var socket = endPoint is IPEndPoint
            ? new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            : new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // As Kestrel: the IPv6 wildcard takes IPv4 as well.
            if (endPoint is IPEndPoint ip && ip.Address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            if (shared)
                socket.SetRawSocketOption(SocketNumbers.SocketLevel, SocketNumbers.ReusePort, BitConverter.GetBytes(1));
            socket.Bind(endPoint);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
