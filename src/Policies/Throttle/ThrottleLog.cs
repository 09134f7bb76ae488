using System.Net;
using Microsoft.Extensions.Logging;

namespace Weir.Policies.Throttle;

/// <summary>Event ids 3300 to 3399.</summary>
internal static partial class ThrottleLog
{
    [LoggerMessage(3300, LogLevel.Debug, "A request of {Client} was refused: {Reason} (dry run: {IsDryRun}).")]
    public static partial void Refused(ILogger logger, IPAddress? client, string reason, bool isDryRun);

    [LoggerMessage(3301, LogLevel.Information, "{Client} is refused everything for {Period}: {Reason} (dry run: {IsDryRun}). {Unlogged} such beginnings since the last line were not logged.")]
    public static partial void Blocked(ILogger logger, IPAddress? client, TimeSpan period, string reason, bool isDryRun, long unlogged);

    [LoggerMessage(3302, LogLevel.Debug, "A connection of {Client} was refused: {Reason} (dry run: {IsDryRun}).")]
    public static partial void ConnectionRefused(ILogger logger, IPAddress client, string reason, bool isDryRun);

    [LoggerMessage(3303, LogLevel.Information, "Import: {Note}")]
    public static partial void Note(ILogger logger, string note);

    [LoggerMessage(3304, LogLevel.Error, "The throttle's rules stay as they were; what they are imported from has changed since it was checked: {Error}")]
    public static partial void Kept(ILogger logger, string error);

    [LoggerMessage(3305, LogLevel.Information, "The throttle's counters begin at nothing: MaxCounters or SharedSecret has changed.")]
    public static partial void Forgotten(ILogger logger);
}
