using System.Runtime.InteropServices;
using Weir.Forwarding.Slots;

namespace Weir.Gateway.Admin;

/// <summary>Events 5000 to 5999.</summary>
internal static partial class AdminLog
{
    [LoggerMessage(5000, LogLevel.Information, "Management listens on {Address}.")]
    public static partial void Listening(ILogger logger, string address);

    [LoggerMessage(5001, LogLevel.Information, "{Signal}: not ready from now on; the listeners close in {Delay}, a second signal ends at once.")]
    public static partial void Signalled(ILogger logger, PosixSignal signal, TimeSpan delay);

    [LoggerMessage(5002, LogLevel.Information, "Every request to the farm has finished.")]
    public static partial void Drained(ILogger logger);

    [LoggerMessage(5003, LogLevel.Warning, "{InFlight} requests to the farm were still in flight after Weir:Shutdown:Timeout ({Timeout}) and were cut off.")]
    public static partial void CutOff(ILogger logger, int inFlight, TimeSpan timeout);

    [LoggerMessage(5004, LogLevel.Warning, "systemd could not be told over {Socket}: {Error}")]
    public static partial void NotifyFailed(ILogger logger, string socket, string error);

    [LoggerMessage(5005, LogLevel.Information, "{Server} is set to {Mode} by an operator (was {Before}); this lasts until the gateway restarts.")]
    public static partial void ModeChanged(ILogger logger, string server, ServerMode mode, ServerMode before);

    [LoggerMessage(5006, LogLevel.Warning, "An instrument could not be read; its metrics are missing from this scrape.")]
    public static partial void ScrapeFailed(ILogger logger, Exception error);
}
