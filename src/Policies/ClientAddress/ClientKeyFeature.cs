using System.Net;
using Weir.Forwarding.Admission;

namespace Weir.Policies.ClientAddress;

/// <summary>Immutable, so that all requests of a client may share one.</summary>
internal sealed class ClientKeyFeature(ulong clientKey, IPAddress? address) : IClientKeyFeature
{
    public ulong ClientKey { get; } = clientKey;

    public IPAddress? Address { get; } = address;
}
