using System.Net;

namespace Weir.Policies.Contracts;

/// <summary>On a connection whose client was named by PROXY protocol: who had really connected. Its remote end point is the client.</summary>
public interface IProxiedPeerFeature
{
    /// <summary>The listed peer that sent the header.</summary>
    EndPoint? Peer { get; }
}
