using Microsoft.Extensions.Logging;

namespace Weir.Policies.Balancing;

/// <summary>Event ids 3000 to 3099.</summary>
internal static partial class BalancingLog
{
    [LoggerMessage(3000, LogLevel.Warning, "Cluster {Cluster} has {Healthy} of {Servers} servers healthy, below its panic threshold of {Threshold}: health is ignored and all are used.")]
    public static partial void Panic(ILogger logger, string cluster, int healthy, int servers, double threshold);

    [LoggerMessage(3001, LogLevel.Information, "Cluster {Cluster} has {Healthy} of {Servers} servers healthy: health counts again.")]
    public static partial void PanicOver(ILogger logger, string cluster, int healthy, int servers);

    [LoggerMessage(3002, LogLevel.Debug, "A session of cluster {Cluster} leaves server {Server}: {Reason}.")]
    public static partial void Repinned(ILogger logger, string cluster, string server, string reason);
}
