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
        builder.Services.AddHostedService(services =>
            new TransportAnnouncement(options, EpollTransport.IsSupported, services.GetRequiredService<ILogger<TransportAnnouncement>>()));
        if (options.Kind != TransportKind.Epoll || !EpollTransport.IsSupported)
            return;
        builder.Services.AddSingleton<IAcceptFilter, BanFilter>();
        builder.Services.AddEpollTransport(_ => SettingsOf(options));
        builder.Services.AddSingleton<IUpstreamConnector, EpollConnector>();
    }

    /// <summary>What the options mean to the epoll transport.</summary>
    public static TransportSettings SettingsOf(TransportOptions options) => new(
        options.Loops, options.Backlog, MaxConnections: options.MaxConnections, StallThreshold: options.StallThreshold);
}
