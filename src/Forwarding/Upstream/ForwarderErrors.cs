using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.AspNetCore.Http;
using Weir.Forwarding.Slots;
using Yarp.ReverseProxy.Forwarder;

namespace Weir.Forwarding.Upstream;

/// <summary>What a failure is called, and what the client is told.</summary>
internal static class ForwarderErrors
{
    /// <summary>The exception of a try that got no connection, as .NET's own client would throw it.</summary>
    public static HttpRequestException NoConnection(Exception cause) => new(
        cause is SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } ? HttpRequestError.NameResolutionError
            : cause is AuthenticationException ? HttpRequestError.SecureConnectionError
            : HttpRequestError.ConnectionError,
        cause.Message,
        cause);

    /// <summary>True for what means that no connection could be made.</summary>
    public static bool IsNoConnection(Exception error) =>
        error is SocketException or TimeoutException or AuthenticationException or ConnectionGateException or IOException;

    /// <summary>The status of an answer that the gateway gives in the server's place.</summary>
    public static int StatusOf(ForwarderError error, Exception cause) => error switch
    {
        ForwarderError.RequestBodyClient when cause is SpoolReadException => StatusCodes.Status503ServiceUnavailable,
        ForwarderError.RequestBodyClient or ForwarderError.RequestBodyCanceled when cause is BadHttpRequestException bad => bad.StatusCode,
        ForwarderError.RequestTimedOut or ForwarderError.RequestBodyDestination when cause is TimeoutException => StatusCodes.Status504GatewayTimeout,
        ForwarderError.RequestTimedOut => StatusCodes.Status504GatewayTimeout,
        ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.RequestBodyClient => StatusCodes.Status400BadRequest,
        _ => StatusCodes.Status502BadGateway,
    };
}
