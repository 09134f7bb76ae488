using System.Net;
using Microsoft.AspNetCore.Connections;
using Weir.Gateway.Listeners.ProxyProtocol;
using Weir.Policies.Contracts;

namespace Weir.Gateway.Listeners;

/// <summary>First of all on a connection, before TLS: the PROXY header, then the gates.</summary>
internal sealed class EndpointGuard(
    ConnectionDelegate next, EndpointName endpoint, ProxyProtocolReading proxy, IClientRules rules, IConnectionGate[] gates, ListenerMetrics metrics,
    ILogger<EndpointGuard> logger)
{
    public Task OnConnectionAsync(ConnectionContext connection)
    {
        if (proxy.IsSpokenOn(endpoint.Value))
            return ProxiedAsync(connection);
        return gates.Length == 0 ? next(connection) : GatedAsync(connection);
    }

    private async Task ProxiedAsync(ConnectionContext connection)
    {
        if (await proxy.TakeHeaderAsync(connection))
            await (gates.Length == 0 ? next(connection) : GatedAsync(connection));
    }

    private Task GatedAsync(ConnectionContext connection)
    {
        // A trusted proxy's connections are those of all its clients; a Unix socket's peer has no address.
        if ((connection.RemoteEndPoint as IPEndPoint)?.Address is not { } client || rules.IsTrusted(client))
            return next(connection);
        return GatedAsync(connection, client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client);
    }

    private async Task GatedAsync(ConnectionContext connection, IPAddress client)
    {
        var key = rules.KeyOf(client);
        var isDirect = connection.Features.Get<IProxiedPeerFeature>() is null;
        // One bit for each gate that has counted the connection; there are two gates.
        var counted = 0UL;
        try
        {
            for (var i = 0; i < gates.Length; i++)
            {
                var answer = gates[i].Open(client, key, isDirect);
                if (answer == GateAnswer.Counted)
                    counted |= 1UL << i;
                if (answer != GateAnswer.Refused)
                    continue;
                metrics.Refused(gates[i].Name, "connection");
                logger.Refused(client, gates[i].Name);
                connection.Abort();
                return;
            }

            await next(connection);
        }
        finally
        {
            for (var i = gates.Length - 1; i >= 0; i--)
            {
                if ((counted & (1UL << i)) != 0)
                    gates[i].Closed(key);
            }
        }
    }
}
