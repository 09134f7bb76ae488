using Microsoft.Extensions.Logging;

namespace Weir.Stores.Redis;

/// <summary>Event ids 7000 to 7049.</summary>
internal static partial class RedisLog
{
    [LoggerMessage(7000, LogLevel.Information, "Connected to Redis at {Endpoint} ({Use}).")]
    public static partial void Connected(ILogger logger, string endpoint, string use);

    [LoggerMessage(7001, LogLevel.Warning, "No connection to Redis at {Endpoint} ({Use}): {Reason}")]
    public static partial void Lost(ILogger logger, string endpoint, string use, string reason);

    [LoggerMessage(7002, LogLevel.Error, "A listener to a Redis channel failed.")]
    public static partial void ListenerFailed(ILogger logger, Exception exception);

    [LoggerMessage(7003, LogLevel.Warning, "Redis refuses a subscription ({Use}), which is asked for again and again: {Reason}")]
    public static partial void SubscriptionRefused(ILogger logger, string use, string reason);
}
