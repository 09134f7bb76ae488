using System.Security.Authentication;
using Yarp.ReverseProxy.Configuration;

namespace Weir.Forwarding.Connections;

/// <summary>What makes two ways to reach one server different.</summary>
/// <param name="IsTls">TLS or plain TCP.</param>
/// <param name="Protocols">TLS versions; <see cref="SslProtocols.None"/> for the system's choice.</param>
/// <param name="AcceptsAnyCertificate">True when the cluster's <c>DangerousAcceptAnyServerCertificate</c> is.</param>
internal readonly record struct UpstreamPoolKey(bool IsTls, SslProtocols Protocols, bool AcceptsAnyCertificate)
{
    public static UpstreamPoolKey Plain => default;

    public static UpstreamPoolKey Of(HttpClientConfig? client) =>
        new(IsTls: true, client?.SslProtocols ?? SslProtocols.None, client?.DangerousAcceptAnyServerCertificate ?? false);
}
