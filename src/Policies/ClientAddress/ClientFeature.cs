using System.Net;
using Weir.Policies.Contracts;

namespace Weir.Policies.ClientAddress;

/// <summary>Immutable, so that all requests of a client may share one.</summary>
internal sealed class ClientFeature(ulong clientKey, IPAddress? address, bool isDirect, bool isTrusted, bool isNamed = false) : IClientFeature
{
    public ulong ClientKey { get; } = clientKey;

    public IPAddress? Address { get; } = address;

    public bool IsDirect { get; } = isDirect;

    public bool IsTrusted { get; } = isTrusted;

    /// <summary>True for a client that a trusted proxy has named.</summary>
    public bool IsNamed { get; } = isNamed;

    /// <summary>What <see cref="Address"/> was made of.</summary>
    public PlainAddress Plain { get; } = address is null ? default : PlainAddress.Of(address);
}
