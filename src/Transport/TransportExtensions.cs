using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Weir.Transport.Loops;
using Weir.Transport.Server;
using Weir.Transport.Upstream;

namespace Weir.Transport;

/// <summary>Registers the transport.</summary>
public static class TransportExtensions
{
    /// <summary>
    /// Kestrel listens with epoll from now on, with the stock transport behind it for what this one does not take. Also adds
    /// <see cref="EventLoops"/> and <see cref="LoopClient"/>. A registered <see cref="IAcceptFilter"/> is asked about every peer.
    /// </summary>
    /// <exception cref="PlatformNotSupportedException"><see cref="EpollTransport.IsSupported"/> is false.</exception>
    public static IServiceCollection AddEpollTransport(this IServiceCollection services, Func<IServiceProvider, TransportSettings> settings)
    {
        if (!EpollTransport.IsSupported)
            throw new PlatformNotSupportedException("The epoll transport needs Linux on x64 or arm64.");
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddSingleton(settings);
        services.AddSingleton<TransportMetrics>();
        services.AddSingleton(s => new EventLoops(
            s.GetRequiredService<TransportSettings>(), s.GetRequiredService<TransportMetrics>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<EventLoops>>()));
        services.AddSingleton<LoopClient>();
        // Kestrel asks the last one that was registered first.
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IConnectionListenerFactory, SocketTransportFactory>());
        services.AddSingleton<IConnectionListenerFactory, EpollListenerFactory>();
        return services;
    }
}
