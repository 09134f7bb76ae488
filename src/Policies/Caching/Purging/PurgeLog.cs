using Microsoft.Extensions.Logging;

namespace Weir.Policies.Caching.Purging;

/// <summary>Event ids 3720 to 3749.</summary>
internal static partial class PurgeLog
{
    [LoggerMessage(3720, LogLevel.Information, "Purged: {Kind} '{Target}' (soft: {IsSoft}); {Removed} entries left at once, told to the other gateways: {Told}.")]
    public static partial void Purged(ILogger logger, string kind, string target, bool isSoft, int removed, bool told);

    [LoggerMessage(3721, LogLevel.Warning, "The file of purges {Path} cannot be used: {Reason}. What the disk store holds from before is forgotten.")]
    public static partial void Damaged(ILogger logger, string path, string reason);

    [LoggerMessage(3722, LogLevel.Error, "The file of purges {Path} cannot be written: {Reason}. It is tried again with the next purge; a restart before that forgets the disk store.")]
    public static partial void NotWritten(ILogger logger, string path, string reason);

    [LoggerMessage(3723, LogLevel.Warning, "Purges of the other gateways were missed: everything stored before {Before:u} counts as purged here.")]
    public static partial void Missed(ILogger logger, DateTimeOffset before);

    [LoggerMessage(3724, LogLevel.Warning, "Redis refused the purges: {Reason}")]
    public static partial void Refused(ILogger logger, string reason);

    [LoggerMessage(3725, LogLevel.Warning, "{Max} purges wait for Redis to come back: the other gateways will not hear of further ones.")]
    public static partial void OutboxFull(ILogger logger, int max);

    [LoggerMessage(3726, LogLevel.Information, "Purges are in step with the other gateways: {Read} read, {Told} told.")]
    public static partial void InStep(ILogger logger, int read, int told);

    [LoggerMessage(3727, LogLevel.Error, "Sharing of {What} failed; it goes on.")]
    public static partial void Failed(ILogger logger, Exception exception, string what);

    [LoggerMessage(3728, LogLevel.Warning, "The purges of the other gateways could not be read within {Limit}: {Consequence}")]
    public static partial void NotCaughtUp(ILogger logger, TimeSpan limit, string consequence);

    [LoggerMessage(3729, LogLevel.Warning, "The store {Store} was cleared for a purge, since other gateways, and this one after a restart, would not know of it.")]
    public static partial void Cleared(ILogger logger, string store);
}
