using Microsoft.Extensions.Logging;

namespace Weir.Farm.Feed;

/// <summary>Event ids 2000 to 2099.</summary>
internal static partial class FarmLog
{
    [LoggerMessage(2000, LogLevel.Information, "Limit of {Server} is {Limit} (before: {Before}) from {Source}: {Reason}")]
    public static partial void LimitChanged(this ILogger logger, string server, int limit, string before, LimitSource source, string reason);

    [LoggerMessage(2001, LogLevel.Warning, "{Server} counts as busy and keeps its limit of {Limit}: {Error}")]
    public static partial void Silent(this ILogger logger, string server, int limit, string error);

    [LoggerMessage(2002, LogLevel.Information, "{Server} answers again")]
    public static partial void Answers(this ILogger logger, string server);

    [LoggerMessage(2003, LogLevel.Information, "{Server} is cold: {Open} of {Limit} slots are open until Apache has started its processes")]
    public static partial void Cold(this ILogger logger, string server, int open, int limit);

    [LoggerMessage(2004, LogLevel.Information, "{Server} has grown: all {Limit} slots are open")]
    public static partial void Grown(this ILogger logger, string server, int limit);

    [LoggerMessage(2005, LogLevel.Warning, "The node document of {Server} is not used: {Error}")]
    public static partial void NodeDocumentRejected(this ILogger logger, string server, string error);

    [LoggerMessage(2006, LogLevel.Error, "Watching {Server} failed; it goes on with the next question")]
    public static partial void WatchFailed(this ILogger logger, Exception exception, string server);
}
