using Microsoft.Extensions.Logging;

namespace Weir.Policies.Firewall;

/// <summary>Event ids 3500 to 3599.</summary>
internal static partial class FirewallLog
{
    [LoggerMessage(3500, LogLevel.Information, "The firewall is active: {Entries} networks, enforcer at {Socket}.")]
    public static partial void Active(ILogger logger, int entries, string socket);

    [LoggerMessage(3501, LogLevel.Warning, "The firewall is away, bans hold at the gateway only: {Reason}")]
    public static partial void Away(ILogger logger, string reason);

    [LoggerMessage(3502, LogLevel.Warning, "The kernel's list of bans differed ({Missing} missing, {Surplus} too many, {Other} with another end) and was replaced.")]
    public static partial void Repaired(ILogger logger, int missing, int surplus, int other);

    [LoggerMessage(3503, LogLevel.Warning, "The kernel's list of bans was replaced: {Reason}")]
    public static partial void Replaced(ILogger logger, string reason);

    [LoggerMessage(3504, LogLevel.Warning, "The enforcer refused {Count} of the networks sent: its own list says never, or they are too large.")]
    public static partial void Refused(ILogger logger, int count);

    [LoggerMessage(3505, LogLevel.Information, "The firewall is off; the enforcer at {Socket} has emptied its sets.")]
    public static partial void Emptied(ILogger logger, string socket);

    [LoggerMessage(3506, LogLevel.Warning, "The firewall is off, but the enforcer could not empty its sets; what the kernel drops it drops until its time is over: {Reason}")]
    public static partial void NotEmptied(ILogger logger, string reason);

    [LoggerMessage(3510, LogLevel.Information, "Enforcing table inet {Table} at {Socket}, at most {Max} networks.")]
    public static partial void Enforcing(ILogger logger, string table, string socket, int max);

    [LoggerMessage(3511, LogLevel.Warning, "A connection of user id {Uid} was refused; allowed are those that --allow-uid names.")]
    public static partial void Stranger(ILogger logger, int uid);

    [LoggerMessage(3512, LogLevel.Warning, "A command failed: {Reason}")]
    public static partial void CommandFailed(ILogger logger, string reason);

    [LoggerMessage(3513, LogLevel.Error, "A connection to the enforcer failed.")]
    public static partial void SessionFailed(ILogger logger, Exception error);
}
