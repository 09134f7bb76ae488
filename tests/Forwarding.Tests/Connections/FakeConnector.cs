using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Weir.Forwarding.Connections;

namespace Weir.Forwarding.Tests.Connections;

/// <summary>Makes streams that go nowhere, on any number of loops.</summary>
internal sealed class FakeConnector(Func<FakeChannel> make, int loops = 1) : IUpstreamConnector
{
    public List<FakeChannel> Made { get; } = [];

    public bool Refuses { get; set; }

    public int Loop { get; set; }

    public int Loops => loops;

    public int LoopOf(HttpContext context) => Loop;

    public ValueTask<UpstreamChannel> ConnectAsync(EndPoint endPoint, int loop, CancellationToken cancel)
    {
        if (Refuses)
            throw new SocketException((int)SocketError.ConnectionRefused);
        var made = make();
        Made.Add(made);
        return new ValueTask<UpstreamChannel>(made);
    }
}
