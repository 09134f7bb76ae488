using Microsoft.Extensions.Logging;

namespace Weir.Policies.Caching;

/// <summary>What the cache tells.</summary>
internal static partial class CachingLog
{
    [LoggerMessage(3700, LogLevel.Error, "A fetch of {Target} for the cache failed in the gateway")]
    public static partial void FetchFailed(ILogger logger, string target, Exception error);
}
