using System.Net;

namespace Weir.Forwarding.Admission;

/// <summary>Who a request counts for when the line shares slots fairly. Set by the ClientAddress slice.</summary>
public interface IClientKeyFeature
{
    /// <summary>Equal for all requests of one client; an IPv6 client is its /64.</summary>
    ulong ClientKey { get; }

    /// <summary>The client's address, for X-Forwarded-For; null for peers without one (Unix sockets).</summary>
    IPAddress? Address { get; }
}
