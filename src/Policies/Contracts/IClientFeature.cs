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
    /// True when a trusted proxy speaks for itself (one that named no client, a health check) or there is no address (Unix
    /// socket). It is never counted, jailed or banned. False for whoever was named as a client, also when that address lies in
    /// the networks of trusted proxies: it is counted, and only <see cref="IClientRules.HoldsTrusted"/> keeps it from a ban.
    /// </summary>
    bool IsTrusted { get; }
}
