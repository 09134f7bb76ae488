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
            ThreadPool.UnsafeQueueUserWorkItem(static closed => closed.Cancel(), _closed, preferLocal: false);
    }

    public void OnDescriptorClosed() => _context.OnClosed();

    private async ValueTask EndAsync()
    {
        _socket.Reader.Complete();
        _socket.Writer.Complete();
        await _socket.Writer.DrainAsync();
        if (_socket.Enter())
        {
            _ = Libc.Shutdown(_socket.Descriptor, SocketNumbers.ShutdownWrite);
            _socket.Leave();
        }

        _socket.CloseDescriptor();
        _socket.Writer.Release();
        FireClosed();
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
