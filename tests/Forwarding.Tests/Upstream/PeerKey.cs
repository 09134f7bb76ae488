using System.Net;
using Microsoft.AspNetCore.Builder;
using Weir.Forwarding.Admission;

namespace Weir.Forwarding.Tests.Upstream;

/// <summary>Who the client is, as the ClientAddress slice says it.</summary>
internal sealed class PeerKey(IPAddress address) : IClientKeyFeature
{
    public ulong ClientKey => 1;

    public IPAddress? Address => address;

    public static void Use(WebApplication app) => app.Use((context, next) =>
    {
        context.Features.Set<IClientKeyFeature>(new PeerKey(context.Connection.RemoteIpAddress!));
        return next(context);
    });
}
