using System.Net;
using Microsoft.Extensions.Logging;

namespace Weir.Policies.Jail;

/// <summary>Event ids 3400 to 3499.</summary>
internal static partial class JailLog
{
    [LoggerMessage(3400, LogLevel.Information, "{Network} is banned by {Jail} until {Until} (ban number {Count}): {Reason}.")]
    public static partial void Banned(ILogger logger, IPNetwork network, string jail, string until, int count, string reason);

    [LoggerMessage(3401, LogLevel.Information, "The ban of {Network} by {Jail} is lifted ({By}).")]
    public static partial void Lifted(ILogger logger, IPNetwork network, string jail, string by);

    [LoggerMessage(3402, LogLevel.Information, "The ban of {Network} by {Jail} is over.")]
    public static partial void Expired(ILogger logger, IPNetwork network, string jail);

    [LoggerMessage(3403, LogLevel.Debug, "A banned client's {What} was refused.")]
    public static partial void Refused(ILogger logger, string what);

    [LoggerMessage(EventId = 3404, Message = "{Jail} would have banned {Network} for {Time} (trial): {Reason}. {Untold} before it were told at Debug only.")]
    public static partial void WouldBan(ILogger logger, LogLevel level, string jail, IPNetwork network, string time, string reason, long untold);

    [LoggerMessage(EventId = 3405, Message = "{Jail} did not ban {Network}. {Why} {Untold} before it were told at Debug only.")]
    public static partial void NotBanned(ILogger logger, LogLevel level, string jail, IPNetwork network, string why, long untold);

    [LoggerMessage(3406, LogLevel.Warning, "The ban list is full (Weir:Jail:MaxBans or MaxNetworks): the jails' bans that end soonest give way to new ones; larger networks, and all where only operators' bans are left, are refused.")]
    public static partial void Full(ILogger logger);

    [LoggerMessage(3407, LogLevel.Error, "One that is told of bans failed; the ban stands.")]
    public static partial void ObserverFailed(ILogger logger, Exception error);

    [LoggerMessage(3408, LogLevel.Debug, "The ban of {Network} by {Jail} gave way to a newer one.")]
    public static partial void GaveWay(ILogger logger, IPNetwork network, string jail);

    [LoggerMessage(3410, LogLevel.Information, "{Count} bans were restored from {File}; {Expired} had ended.")]
    public static partial void Restored(ILogger logger, int count, string file, int expired);

    [LoggerMessage(3411, LogLevel.Error, "{File} is damaged ({Why}) and was set aside as {Aside}; the gateway starts without what it kept.")]
    public static partial void Damaged(ILogger logger, string file, string why, string aside);

    [LoggerMessage(3412, LogLevel.Error, "{File} cannot be read: {Why} The gateway starts without what it kept.")]
    public static partial void NotRead(ILogger logger, string file, string why);

    [LoggerMessage(3413, LogLevel.Error, "{File} cannot be written: {Why} Bans hold, and would be lost with a restart.")]
    public static partial void NotWritten(ILogger logger, string file, string why);

    [LoggerMessage(3414, LogLevel.Warning, "{File} could not be read at start; it was moved to {Aside} before another is written.")]
    public static partial void Unread(ILogger logger, string file, string aside);

    [LoggerMessage(3420, LogLevel.Error, "Fail2ban: {Where}: {Text}")]
    public static partial void Fail2banFault(ILogger logger, string where, string text);

    [LoggerMessage(3421, LogLevel.Warning, "Fail2ban: {Where}: {Text}")]
    public static partial void Fail2banNote(ILogger logger, string where, string text);

    [LoggerMessage(3422, LogLevel.Information, "Fail2ban's jails in force: {Jails}.")]
    public static partial void Fail2banInForce(ILogger logger, string jails);

    [LoggerMessage(3423, LogLevel.Error, "Fail2ban's folder {Folder} has faults; the jails of before stay in force.")]
    public static partial void Fail2banKept(ILogger logger, string folder);

    [LoggerMessage(3424, LogLevel.Warning, "{File} cannot be read: {Why}")]
    public static partial void LogNotRead(ILogger logger, string file, string why);

    [LoggerMessage(3425, LogLevel.Warning, "{Jail} names more than {Most} files; the rest is not followed.")]
    public static partial void TooManyFiles(ILogger logger, string jail, int most);

    [LoggerMessage(3426, LogLevel.Error, "Judging lines failed; it goes on with the next.")]
    public static partial void JudgingFailed(ILogger logger, Exception error);
}
