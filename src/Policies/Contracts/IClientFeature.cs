using Weir.Forwarding.Admission;

namespace Weir.Policies.Contracts;

/// <summary>Who a request comes from, as far as that is proven. Set by the ClientAddress slice on every request.</summary>
public interface IClientFeature : IClientKeyFeature
{
    /// <summary>
    /// True when nobody stands between: the address is the connection's own peer. Only then may the connection be closed or
    /// the kernel be told; behind a proxy that would hit everybody who comes through it.
    /// </summary>
    bool IsDirect { get; }

    /// <summary>
    /// True when the address belongs to a trusted proxy (one that named no client, a health check) or there is none (Unix
    /// socket). It is never counted, jailed or banned.
    /// </summary>
    bool IsTrusted { get; }
}
