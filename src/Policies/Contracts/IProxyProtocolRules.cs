using System.Net;

namespace Weir.Policies.Contracts;

/// <summary>Where the PROXY protocol is spoken, by the configuration of now. Implemented by the ClientAddress slice. None of it allocates.</summary>
public interface IProxyProtocolRules
{
    /// <summary>How long a header may take to arrive.</summary>
    TimeSpan HeaderTimeout { get; }

    /// <summary>True when every connection to the endpoint has to begin with a header.</summary>
    /// <param name="endpoint">Its name below <c>Kestrel:Endpoints</c>; null when it has none.</param>
    bool IsSpokenOn(string? endpoint);

    /// <summary>True when the peer may say who its client is. Peers without an address may not.</summary>
    bool MaySend(IPAddress? peer);
}
