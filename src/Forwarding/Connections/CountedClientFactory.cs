using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Weir.Forwarding.Slots;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;

namespace Weir.Forwarding.Connections;

/// <summary>
/// YARP's HTTP clients with our connections: counted per server and bounded by its <see cref="ConnectionGate"/>. Clusters
/// with equal client settings share one client, so that two clusters in front of one Apache do not keep two idle pools.
/// </summary>
internal sealed class CountedClientFactory(ServerDirectory servers, ILogger<ForwarderHttpClientFactory> logger) : ForwarderHttpClientFactory(logger)
{
    /// <summary>
    /// Below Apache's default KeepAliveTimeout of 5 s by a fifth: an idle connection that both ends may close at the same
    /// instant is the one that fails.
    /// </summary>
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);

    // Longer than a wait at the gate and a connection attempt together, each of which has its own bound and its own error.
    private static readonly TimeSpan Backstop = TimeSpan.FromSeconds(15);

    // A server that moved behind its name is found again after this time.
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<HttpClientConfig, HttpMessageHandler> _shared = new();

    protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
    {
        base.ConfigureHandler(context, handler);
        handler.PooledConnectionIdleTimeout = IdleTimeout;
        handler.PooledConnectionLifetime = Lifetime;
        handler.ConnectTimeout = Backstop;
        handler.ConnectCallback = ConnectAsync;
    }

    protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler)
    {
        var shared = _shared.GetOrAdd(context.NewConfig, handler);
        if (shared != handler)
            handler.Dispose();
        return base.WrapHandler(context, shared);
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var target = context.InitialRequestMessage.RequestUri!;
        var gate = servers.TryGet(target.GetLeftPart(UriPartial.Authority), out var server) ? server.Connections : null;
        if (gate is not null)
            await gate.EnterAsync(cancel);
        Socket? socket = null;
        try
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            timeout.CancelAfter(ConnectTimeout);
            socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(context.DnsEndPoint, timeout.Token);
            var stream = new NetworkStream(socket, ownsSocket: true);
            return gate is null ? stream : new CountedStream(stream, gate);
        }
        catch (Exception error)
        {
            socket?.Dispose();
            gate?.Leave();
            if (error is OperationCanceledException && !cancel.IsCancellationRequested)
                throw new TimeoutException($"No connection to {target.Authority} within {ConnectTimeout.TotalSeconds} s.", error);
            throw;
        }
    }
}
