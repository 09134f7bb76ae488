using Weir.Forwarding.Connections;
using Weir.Gateway.Connections;
using Weir.Transport;

namespace Weir.Gateway.Listeners;

/// <summary>Puts the transport under Kestrel and under the connections to the servers.</summary>
internal static class TransportRegistration
{
    /// <summary>Takes what the configuration asks for, where this machine can.</summary>
    public static void AddTransport(this WebApplicationBuilder builder, TransportOptions options)
    {
        if (options.Kind != TransportKind.Epoll || !EpollTransport.IsSupported)
            return;
        builder.Services.AddEpollTransport(_ => new TransportSettings(
            options.Loops, options.Backlog, MaxConnections: options.MaxConnections, StallThreshold: options.StallThreshold));
        builder.Services.AddSingleton<IUpstreamConnector, EpollConnector>();
    }
}
