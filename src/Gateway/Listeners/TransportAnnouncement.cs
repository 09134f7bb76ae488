namespace Weir.Gateway.Listeners;

/// <summary>Says at the start which transport is in use, and which wishes of the configuration it does not fulfil.</summary>
internal sealed class TransportAnnouncement(TransportOptions options, bool isEpollSupported, ILogger<TransportAnnouncement> logger) : IHostedService
{
    /// <inheritdoc />
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Kind == TransportKind.Epoll && isEpollSupported)
        {
            logger.UsesEpoll(TransportRegistration.SettingsOf(options).LoopCount);
            return Task.CompletedTask;
        }

        if (options.Kind == TransportKind.Epoll)
            logger.EpollIsNotSupported();
        logger.UsesSockets();
        if (options.MaxConnections > 0)
            logger.MaxConnectionsIsNotHonoured(options.MaxConnections);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
