using Microsoft.Extensions.Logging;

namespace Weir.Policies.State;

/// <summary>Event ids 3600 to 3699.</summary>
internal static partial class StateLog
{
    [LoggerMessage(3600, LogLevel.Information, "This gateway shares its state as {Replica} through Redis at {Endpoint}.")]
    public static partial void Started(ILogger logger, string replica, string endpoint);

    [LoggerMessage(3601, LogLevel.Information, "{Live} gateways are alive; there were {Before}.")]
    public static partial void Replicas(ILogger logger, int live, int before);

    [LoggerMessage(3602, LogLevel.Warning, "Redis refused {What}: {Reason}")]
    public static partial void Refused(ILogger logger, string what, string reason);

    [LoggerMessage(3603, LogLevel.Information, "Bans are in step with the other gateways: {Read} read, {Told} told.")]
    public static partial void InStep(ILogger logger, int read, int told);

    [LoggerMessage(3604, LogLevel.Error, "Sharing of {What} failed; it goes on.")]
    public static partial void Failed(ILogger logger, Exception exception, string what);
}
