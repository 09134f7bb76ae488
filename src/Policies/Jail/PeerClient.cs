using System.Net;
using Weir.Policies.Contracts;

namespace Weir.Policies.Jail;

/// <summary>The client of a request that no ClientAddress slice has said more about: the peer itself.</summary>
internal sealed class PeerClient(ulong key, IPAddress? address, bool isTrusted) : IClientFeature
{
    public ulong ClientKey => key;

    public IPAddress? Address => address;

    public bool IsDirect => true;

    public bool IsTrusted => isTrusted || address is null;
}
