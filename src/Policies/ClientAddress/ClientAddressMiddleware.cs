using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Weir.Forwarding.Admission;
using Weir.Policies.Contracts;

namespace Weir.Policies.ClientAddress;

/// <summary>Decides who a request comes from: the peer of its connection, or whom a trusted proxy names.</summary>
internal sealed class ClientAddressMiddleware(
    RequestDelegate next, CurrentClientRules rules, ClientAddressMetrics metrics, ILogger<ClientAddressMiddleware> logger)
{
    private const string ForwardedProto = "X-Forwarded-Proto";

    public Task Invoke(HttpContext context)
    {
        var now = rules.Now;
        var peer = PeerOf(context);
        var isDirect = !rules.MayBeProxied || context.Features.Get<IProxiedPeerFeature>() is null;
        ClientFeature client;
        if (!now.ReadsHeaders)
        {
            client = now.FeatureOf(peer, isDirect);
        }
        else if (now.IsProxy(peer))
        {
            client = Named(context, now, peer, isDirect);
        }
        else
        {
            client = now.FeatureOf(peer, isDirect);
            // The header is the proxies' own: from anybody else it is a forgery that somebody behind might believe.
            if (now.Kind != HeaderKind.None)
                context.Request.Headers.Remove(now.Header);
        }

        context.Features.Set<IClientFeature>(client);
        context.Features.Set<IClientKeyFeature>(client);
        return next(context);
    }

    private ClientFeature Named(HttpContext context, ClientRules now, IPAddress? peer, bool isDirect)
    {
        var headers = context.Request.Headers;
        if (now.ReadsProto)
            TakeScheme(context.Request, headers[ForwardedProto].ToString());
        if (now.Kind == HeaderKind.None)
            return now.FeatureOf(peer, isDirect);
        var end = HeaderWalk.Find(headers[now.Header], now, out var proven);
        if (end != WalkEnd.Client)
        {
            metrics.Unnamed(end);
            ClientAddressLog.Unnamed(logger, now.Header, end);
        }

        if (proven is not { } address)
            return now.FeatureOf(peer, isDirect);
        var client = now.FeatureOf(address, isNamed: end == WalkEnd.Client);
        // What asks ASP.NET Core for the address, YARP's own forwarder above all, gets the same answer.
#pragma warning disable RS0030 // As above.
        context.Connection.RemoteIpAddress = client.Address;
#pragma warning restore RS0030
        context.Connection.RemotePort = 0;
        return client;
    }

    // The last word is the nearest proxy's; those before it may be the client's.
    private static void TakeScheme(HttpRequest request, ReadOnlySpan<char> proto)
    {
        var last = HeaderWalk.TakeLast(ref proto, out _).Trim(" \t");
        if (last.Equals("https", StringComparison.OrdinalIgnoreCase))
            request.Scheme = "https";
        else if (last.Equals("http", StringComparison.OrdinalIgnoreCase))
            request.Scheme = "http";
    }

#pragma warning disable RS0030 // This slice is the one that decides who the client is.
    private static IPAddress? PeerOf(HttpContext context) => context.Connection.RemoteIpAddress;
#pragma warning restore RS0030
}
