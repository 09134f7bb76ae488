using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Weir.Transport.Loops;

namespace Weir.Transport.Server;

/// <summary>Kestrel's way in. Takes IP addresses and Unix sockets; the rest is left to the stock transport.</summary>
internal sealed class EpollListenerFactory : IConnectionListenerFactory, IConnectionListenerFactorySelector, IDisposable
{
    private readonly TransportContext _context;

    public EpollListenerFactory(
        TransportSettings settings, TransportMetrics metrics, EventLoops loops, TimeProvider time, ILogger<EpollListenerFactory> logger,
        IMemoryPoolFactory<byte>? pools = null, IAcceptFilter? filter = null) =>
        _context = new TransportContext(settings, metrics, loops, pools?.Create() ?? MemoryPool<byte>.Shared, time, logger, filter);

    public bool CanBind(EndPoint endpoint) => endpoint is IPEndPoint or UnixDomainSocketEndPoint;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        CanBind(endpoint)
            ? new ValueTask<IConnectionListener>(EpollListener.Bind(endpoint, _context))
            : throw new NotSupportedException($"The epoll transport does not listen on {endpoint.GetType().Name}.");

    // The shared pool takes no notice.
    public void Dispose() => _context.MemoryPool.Dispose();
}
