using Microsoft.Extensions.Logging;

namespace Weir.Policies.ClientAddress;

/// <summary>Event ids 3200 to 3299.</summary>
internal static partial class ClientAddressLog
{
    [LoggerMessage(3200, LogLevel.Debug, "A trusted proxy's {Header} names no client ({Reason}); the request counts for nobody.")]
    public static partial void Unnamed(ILogger logger, string header, WalkEnd reason);
}
