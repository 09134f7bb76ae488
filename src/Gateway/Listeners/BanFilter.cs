using System.Net;
using Weir.Policies.Contracts;
using Weir.Transport;

namespace Weir.Gateway.Listeners;

/// <summary>
/// Resets connections of banned peers as they are accepted. Trusted proxies pass, and so do the load balancers that speak PROXY
/// protocol: whom they name is judged behind the header.
/// </summary>
internal sealed class BanFilter(IClientRules rules, ListenerMetrics metrics, IBans? bans = null) : IAcceptFilter
{
    /// <summary>Tag of what is refused here.</summary>
    private const string Gate = "jail";

    public bool IsActive => bans is { Count: > 0 };

    public bool Admits(IPAddress peer)
    {
        if (bans?.Find(peer) is null || rules.IsTrusted(peer))
            return true;
        metrics.Refused(Gate, "accept");
        return false;
    }
}
