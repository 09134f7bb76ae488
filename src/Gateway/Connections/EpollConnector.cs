using System.Net;
using Weir.Forwarding.Connections;
using Weir.Transport.Loops;
using Weir.Transport.Upstream;

namespace Weir.Gateway.Connections;

/// <summary>Connections to servers on the event loop of the client that they serve.</summary>
internal sealed class EpollConnector(EventLoops loops, LoopClient client) : IUpstreamConnector
{
    public int Loops => loops.Count;

    // A request that waited in the line goes on wherever its slot was given back; any loop serves it as well as another.
    public int LoopOf(HttpContext context) => (EventLoop.Current ?? loops.Next()).Index;

    public async ValueTask<UpstreamChannel> ConnectAsync(EndPoint endPoint, int loop, CancellationToken cancel) =>
        new EpollChannel(await client.ConnectAsync(loops[loop], endPoint, cancel));
}
