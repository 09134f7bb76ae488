using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Weir.Forwarding.Connections;

/// <summary>Streams on .NET's own sockets, for every platform.</summary>
internal sealed class SocketConnector : IUpstreamConnector
{
    public int Loops => 1;

    public int LoopOf(HttpContext context) => 0;

    public async ValueTask<UpstreamChannel> ConnectAsync(EndPoint endPoint, int loop, CancellationToken cancel)
    {
        var isUnix = endPoint is UnixDomainSocketEndPoint;
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, isUnix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        try
        {
            if (!isUnix)
                socket.NoDelay = true;
            await socket.ConnectAsync(endPoint, cancel);
            return new SocketChannel(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
