using System.Net;

namespace Weir.Policies.Contracts;

/// <summary>
/// Addresses that the gateway cannot do without: its own, those of its servers and of its Redis. Whoever makes one of them send
/// a request through the gateway could have it banned. Implemented by the gateway.
/// </summary>
public interface IOwnAddresses
{
    /// <summary>Raised after they changed, on any thread.</summary>
    event Action? Changed;

    /// <summary>True when one of them lies in a network.</summary>
    bool Overlaps(IPNetwork network);
}
