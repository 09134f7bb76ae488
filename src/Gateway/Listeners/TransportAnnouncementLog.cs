namespace Weir.Gateway.Listeners;

internal static partial class TransportAnnouncementLog
{
    [LoggerMessage(8100, LogLevel.Information, "Transport: epoll, {Loops} event loops.")]
    public static partial void UsesEpoll(this ILogger logger, int loops);

    [LoggerMessage(8101, LogLevel.Information, "Transport: sockets.")]
    public static partial void UsesSockets(this ILogger logger);

    [LoggerMessage(8102, LogLevel.Warning, "Weir:Transport asks for Epoll, which needs 64-bit Linux; the stock transport is used.")]
    public static partial void EpollIsNotSupported(this ILogger logger);

    [LoggerMessage(8103, LogLevel.Warning, "Weir:Transport:MaxConnections is {MaxConnections}, which only Epoll honours; there is no bound now.")]
    public static partial void MaxConnectionsIsNotHonoured(this ILogger logger, int maxConnections);
}
