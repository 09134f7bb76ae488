namespace Weir.Gateway.Control.Publish;

/// <summary>Event ids 4000 to 4999.</summary>
internal static partial class ConfigurationLog
{
    [LoggerMessage(4000, LogLevel.Information, "Configuration {Hash} is in use, compiled and published in {Milliseconds:F0} ms.")]
    public static partial void Reloaded(ILogger logger, string hash, double milliseconds);

    [LoggerMessage(4001, LogLevel.Error, "The changed configuration has {Count} fault(s) and is not used; the last good one stays.")]
    public static partial void Rejected(ILogger logger, int count);

    [LoggerMessage(4002, LogLevel.Error, "{Fault} [{Origin}]")]
    public static partial void Fault(ILogger logger, string fault, string? origin);

    [LoggerMessage(4003, LogLevel.Error, "A part of the gateway failed to take the new configuration.")]
    public static partial void ListenerFailed(ILogger logger, Exception exception);

    [LoggerMessage(4004, LogLevel.Error, "Looking for configuration changes failed; trying again.")]
    public static partial void WatchFailed(ILogger logger, Exception exception);
}
