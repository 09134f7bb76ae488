using Microsoft.Extensions.Logging;

namespace Weir.Policies.Caching.Stores.Remote;

/// <summary>Event ids 3750 to 3759.</summary>
internal static partial class StoreLog
{
    [LoggerMessage(3750, LogLevel.Warning, "The cache's store {Store} ({Place}) is left alone for {Pause}: {Reason}")]
    public static partial void LeftAlone(ILogger logger, string store, string place, TimeSpan pause, string reason);

    [LoggerMessage(3751, LogLevel.Information, "The cache's store {Store} ({Place}) answers again.")]
    public static partial void Back(ILogger logger, string store, string place);

    [LoggerMessage(3752, LogLevel.Warning, "More than {Max} removals did not reach the cache's store {Store} ({Place}): all that it holds will be forgotten when it is back.")]
    public static partial void TooManyLost(ILogger logger, int max, string store, string place);
}
