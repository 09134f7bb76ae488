using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Weir.Transport.Loops;
using Weir.Transport.Native;

namespace Weir.Transport.Server;

/// <summary>A downstream connection, as Kestrel sees it. Small while idle: everything that can be made late is.</summary>
internal sealed partial class LoopConnection : ConnectionContext
{
    // What a client can send while its connection lingers, per look: 1 MB in 20 ms is more than most lines bring.
    private const int LingerBytes = 1 << 20;
    private const int LingerLooks = 50;
    private static readonly TimeSpan LingerStep = TimeSpan.FromMilliseconds(20);

    private readonly PipeSocket _socket;
    private readonly TransportContext _context;
    private readonly CancellationTokenSource _closed = new();
    private readonly SocketName _remoteName;
    private IDuplexPipe _transport;
    private string? _id;
    private IDictionary<object, object?>? _items;
    private EndPoint? _local;
    private EndPoint? _remote;
    private CancellationToken? _closedOverride;
    private int _firedClosed;
    private int _disposed;

    public LoopConnection(EventLoop loop, int descriptor, in SocketName remote, EndPoint? listener, TransportContext context)
    {
        _context = context;
        _remoteName = remote;
        // The listener's address is the connection's when it is one address; getsockname tells otherwise.
        _local = listener;
        _socket = new PipeSocket(loop, descriptor, context.Settings, context.Metrics) { Owner = this };
        _transport = _socket;
    }

    public override string ConnectionId
    {
        get => _id ??= Server.ConnectionId.Next();
        set => _id = value;
    }

    public override IFeatureCollection Features => this;

    public override IDictionary<object, object?> Items
    {
        get => _items ??= new ConnectionItems();
        set => _items = value;
    }

    public override IDuplexPipe Transport
    {
        get => _transport;
        set => _transport = value;
    }

    public override CancellationToken ConnectionClosed
    {
        get => _closedOverride ?? _closed.Token;
        set => _closedOverride = value;
    }

    public override EndPoint? LocalEndPoint
    {
        get => _local ??= LocalName();
        set => _local = value;
    }

    public override EndPoint? RemoteEndPoint
    {
        get => _remote ??= _remoteName.ToEndPoint();
        set => _remote = value;
    }

    /// <summary>
    /// False with TLS or other connection middleware, which put a pipe of theirs in front: the bytes that they want are not
    /// the ones that the server reads and writes.
    /// </summary>
    public bool IsDirect => ReferenceEquals(_transport, _socket);

    /// <summary>Begins to watch the socket.</summary>
    public void Start() => _socket.Loop.Register(_socket, LoopSocket.Events);

    /// <summary>
    /// Ends the connection at once; what waits ends with the reason. With a reset, as Kestrel's socket transport, unless the peer
    /// has closed its side and all output is with the kernel: then that is still delivered.
    /// </summary>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        _socket.SetAbortReason(abortReason);
        if (!_socket.HasHungUp || _socket.Writer.IsFlushing)
            Reset();
        _socket.CloseDescriptor();
        FireClosed();
    }

    public override void Abort() => Abort(new ConnectionAbortedException("The connection was aborted by the server."));

    /// <summary>Sends what is left, then ends the connection in order.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
            await EndAsync();
        await base.DisposeAsync();
    }

    /// <summary>Cancels <see cref="ConnectionClosed"/>, once and on the thread pool: what is registered there may block.</summary>
    public void FireClosed()
    {
        if (Interlocked.Exchange(ref _firedClosed, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(static connection => connection.CancelClosed(), this, preferLocal: false);
    }

    public void OnDescriptorClosed() => _context.OnClosed();

    private void CancelClosed()
    {
        try
        {
            _closed.Cancel();
        }
        catch (Exception error)
        {
            // What others registered there threw; nobody is above us to take it.
            _context.Logger.ClosedFailed(error, ConnectionId);
        }
    }

    private async ValueTask EndAsync()
    {
        var unread = _socket.Reader.HasUnread;
        _socket.Reader.Complete();
        _socket.Writer.Complete();
        await _socket.Writer.DrainAsync();
        if (_socket.Enter())
        {
            _ = Libc.Shutdown(_socket.Descriptor, SocketNumbers.ShutdownWrite);
            _socket.Leave();
        }

        _socket.Writer.Release();
        // To close with unread bytes, or before bytes that are on their way, is a reset, which takes the last answer from a
        // client that still sends: it is let send for a moment.
        if ((_socket.Discard(LingerBytes) is var got && (got > 0 || (unread && got == LoopSocket.WouldBlock))) && _context.TryLinger())
            await LingerAsync();
        _socket.CloseDescriptor();
        FireClosed();
    }

    // Until the client closes its side too, for at most a second.
    private async ValueTask LingerAsync()
    {
        try
        {
            for (var i = 0; i < LingerLooks && _socket.Discard(LingerBytes) is > 0 or LoopSocket.WouldBlock; i++)
                await Task.Delay(LingerStep, _context.Time);
        }
        finally
        {
            _context.EndLinger();
        }
    }

    private unsafe void Reset()
    {
        if (!_socket.Enter())
            return;
        // struct linger { on, 0 seconds }
        var linger = 1L;
        _ = Libc.SetOption(_socket.Descriptor, SocketNumbers.SocketLevel, SocketNumbers.Linger, &linger, sizeof(long));
        _socket.Leave();
    }

    private unsafe IPEndPoint? LocalName()
    {
        if (!_socket.Enter())
            return null;
        var bytes = stackalloc byte[SocketName.MaxBytes];
        var length = SocketName.MaxBytes;
        var result = Libc.LocalName(_socket.Descriptor, bytes, &length);
        _socket.Leave();
        return result == 0 ? SocketName.Parse(new ReadOnlySpan<byte>(bytes, Math.Min(length, SocketName.MaxBytes))).ToEndPoint() : null;
    }
}
