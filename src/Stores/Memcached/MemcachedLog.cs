using Microsoft.Extensions.Logging;

namespace Weir.Stores.Memcached;

/// <summary>Event ids 7050 to 7099.</summary>
internal static partial class MemcachedLog
{
    [LoggerMessage(7050, LogLevel.Information, "Connected to Memcached {Version} at {Endpoint} ({Use}).")]
    public static partial void Connected(ILogger logger, string endpoint, string version, string use);

    [LoggerMessage(7051, LogLevel.Warning, "No connection to Memcached at {Endpoint} ({Use}): {Reason}")]
    public static partial void Lost(ILogger logger, string endpoint, string use, string reason);
}
