using Weir.Farm.Feed;
using Weir.Forwarding.Slots;

namespace Weir.Gateway.Control.Feed;

/// <summary>Our own load on a server, as its slots count it.</summary>
internal sealed class ServerLoad(ServerDirectory servers) : IOwnLoad
{
    public int InFlight(string address) => servers.TryGet(address, out var server) ? server.InFlight : 0;

    public int OpenConnections(string address) => servers.TryGet(address, out var server) ? server.Connections.Open : 0;
}
