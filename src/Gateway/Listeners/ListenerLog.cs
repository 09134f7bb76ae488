using System.Net;
using Weir.Gateway.Listeners.ProxyProtocol;

namespace Weir.Gateway.Listeners;

/// <summary>Event ids 8110 to 8119. Refusals under attack log at Debug, or the log becomes the flood.</summary>
internal static partial class ListenerLog
{
    [LoggerMessage(8110, LogLevel.Debug, "A connection from {Client} was refused by {Gate}.")]
    public static partial void Refused(this ILogger logger, IPAddress client, string gate);

    [LoggerMessage(8111, LogLevel.Debug, "A connection from {Peer} was closed: {Reason} (PROXY protocol).")]
    public static partial void ProxyRefused(this ILogger logger, EndPoint? peer, ProxyRefusal reason);
}
