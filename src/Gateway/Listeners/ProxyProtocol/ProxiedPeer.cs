using System.Net;
using Weir.Policies.Contracts;

namespace Weir.Gateway.Listeners.ProxyProtocol;

/// <summary>Remembers who had connected.</summary>
internal sealed class ProxiedPeer(EndPoint? peer) : IProxiedPeerFeature
{
    public EndPoint? Peer { get; } = peer;
}
