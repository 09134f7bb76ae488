using Microsoft.Extensions.Logging;

namespace Weir.Transport;

internal static partial class TransportLog
{
    [LoggerMessage(8000, LogLevel.Warning, "Event loop {Loop} has been in one callback for longer than {Threshold}: something blocks it, and every connection of the loop waits.")]
    public static partial void Stalled(this ILogger logger, int loop, TimeSpan threshold);

    [LoggerMessage(8001, LogLevel.Critical, "A callback on event loop {Loop} threw; its socket is closed.")]
    public static partial void CallbackFailed(this ILogger logger, Exception error, int loop);

    [LoggerMessage(8002, LogLevel.Warning, "Accepting on {EndPoint} pauses: no file descriptor or memory left ({Error}).")]
    public static partial void AcceptPaused(this ILogger logger, string endPoint, string error);

    [LoggerMessage(8003, LogLevel.Debug, "Connection {Connection} ends: {Reason}")]
    public static partial void Ended(this ILogger logger, string connection, string reason);
}
