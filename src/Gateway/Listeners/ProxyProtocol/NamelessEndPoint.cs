using System.Net;

namespace Weir.Gateway.Listeners.ProxyProtocol;

/// <summary>A client that has no address, behind a load balancer's Unix socket. Kestrel tells the request of none.</summary>
internal sealed class NamelessEndPoint : EndPoint
{
    public static readonly NamelessEndPoint Instance = new();

    /// <inheritdoc />
    public override string ToString() => "nameless";
}
