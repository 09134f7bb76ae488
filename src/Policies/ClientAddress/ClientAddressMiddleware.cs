using Microsoft.AspNetCore.Http;
using Weir.Forwarding.Admission;

namespace Weir.Policies.ClientAddress;

/// <summary>Decides who a request counts for: the peer of its connection.</summary>
internal sealed class ClientAddressMiddleware(RequestDelegate next)
{
    private readonly ClientKeyFeatures _features = new();

    public Task Invoke(HttpContext context)
    {
#pragma warning disable RS0030 // This slice is the one that decides who the client is.
        var peer = context.Connection.RemoteIpAddress;
#pragma warning restore RS0030
        context.Features.Set<IClientKeyFeature>(_features.For(peer));
        return next(context);
    }
}
