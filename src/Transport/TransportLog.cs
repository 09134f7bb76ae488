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

    [LoggerMessage(8003, LogLevel.Error, "What was registered for the end of connection {Connection} threw.")]
    public static partial void ClosedFailed(this ILogger logger, Exception error, string connection);

    [LoggerMessage(8004, LogLevel.Debug, "Accepting on {EndPoint} waits: {Cause}.")]
    public static partial void AcceptWaits(this ILogger logger, string endPoint, string cause);

    [LoggerMessage(8005, LogLevel.Error, "Accepting on {EndPoint} failed and pauses.")]
    public static partial void AcceptFailed(this ILogger logger, Exception error, string endPoint);

    [LoggerMessage(8006, LogLevel.Error, "The filter of peers threw on {EndPoint}; the peer was let in.")]
    public static partial void FilterFailed(this ILogger logger, Exception error, string endPoint);
}
