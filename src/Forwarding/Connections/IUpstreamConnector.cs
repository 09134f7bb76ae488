using System.Net;
using Microsoft.AspNetCore.Http;

namespace Weir.Forwarding.Connections;

/// <summary>Makes the byte streams to servers. The gateway's transport provides one; <see cref="SocketConnector"/> is the fallback.</summary>
public interface IUpstreamConnector
{
    /// <summary>Event loops that streams are bound to; 1 when there are none.</summary>
    int Loops { get; }

    /// <summary>The loop on which a request's connection lives, from 0 to <see cref="Loops"/> - 1.</summary>
    int LoopOf(HttpContext context);

    /// <summary>Opens a stream.</summary>
    /// <param name="endPoint">An address and port, or the path of a Unix socket.</param>
    /// <param name="loop">The loop that it shall live on.</param>
    /// <param name="cancel">Ends the attempt.</param>
    /// <exception cref="System.Net.Sockets.SocketException">There is no connection.</exception>
    ValueTask<UpstreamChannel> ConnectAsync(EndPoint endPoint, int loop, CancellationToken cancel);
}
