using Microsoft.Extensions.Logging;

namespace Weir.Policies.RequestRules;

/// <summary>Event ids 3100 to 3199.</summary>
internal static partial class RequestRulesLog
{
    [LoggerMessage(3100, LogLevel.Debug, "A request was refused: {Status} {Reason}.")]
    public static partial void Refused(ILogger logger, int status, string reason);
}
