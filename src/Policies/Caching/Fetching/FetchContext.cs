using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Weir.Forwarding.Admission;
using Weir.Policies.Contracts;
using Yarp.ReverseProxy.Model;

namespace Weir.Policies.Caching.Fetching;

/// <summary>
/// A request of the cache's own, with the head of a client's, so that it can outlive the client, serve several, and be made where
/// no client waits. The stages behind the cache see it as they see any other. Its response is the fetch's.
/// </summary>
internal sealed class FetchContext : IHttpRequestLifetimeFeature, IHttpRequestBodyDetectionFeature, IDisposable
{
    private readonly CancellationTokenSource _lifetime = new();

    /// <param name="client">Whose head it takes; not used after the constructor.</param>
    /// <param name="response">Takes the answer.</param>
    /// <param name="scopes">For services of the request.</param>
    public FetchContext(HttpContext client, FetchResponse response, IServiceScopeFactory scopes)
    {
        var from = client.Request;
        var features = new FeatureCollection(16);
        var headers = new HeaderDictionary(from.Headers.Count + 2);
        foreach (var (name, values) in from.Headers)
            headers[name] = values;
        Headers = headers;
        features.Set<IHttpRequestFeature>(new HttpRequestFeature
        {
            Protocol = from.Protocol,
            Scheme = from.Scheme,
            Method = HttpMethods.Get,
            PathBase = from.PathBase.Value ?? "",
            Path = from.Path.Value ?? "",
            QueryString = from.QueryString.Value ?? "",
            RawTarget = client.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "",
            Headers = headers,
            Body = Stream.Null,
        });
        features.Set<IHttpRequestLifetimeFeature>(this);
        features.Set<IHttpRequestBodyDetectionFeature>(this);
        features.Set<IHttpResponseFeature>(response);
        features.Set<IHttpResponseBodyFeature>(response);
        features.Set<IHttpResponseTrailersFeature>(response);
        CopyClient(client.Features, features);
        CopyRoute(client, features);
        Http = new DefaultHttpContext(features) { ServiceScopeFactory = scopes };
    }

    public HttpContext Http { get; }

    /// <summary>The request's.</summary>
    public IHeaderDictionary Headers { get; }

    /// <summary>A fetch has no body.</summary>
    public bool CanHaveBody => false;

    /// <summary>Ends the fetch; set by <see cref="Abort"/> too.</summary>
    public CancellationToken RequestAborted { get => _lifetime.Token; set => throw new NotSupportedException("The lifetime is the fetch's."); }

    /// <summary>True once it was ended from within or without.</summary>
    public bool IsAborted => _lifetime.IsCancellationRequested;

    /// <inheritdoc />
    public void Abort()
    {
        try
        {
            _lifetime.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It is over already.
        }
    }

    public void Dispose() => _lifetime.Dispose();

    // Who asks: the line shares slots by it, X-Forwarded-For tells it. Of the connection only what stays true when it is gone.
    private static void CopyClient(IFeatureCollection client, FeatureCollection features)
    {
        features.Set(client.Get<IClientFeature>());
        features.Set(client.Get<IClientKeyFeature>());
        features.Set(client.Get<ITlsConnectionFeature>() is { ClientCertificate: { } certificate } ? new TlsConnectionFeature { ClientCertificate = certificate } : null);
        features.Set<IHttpRequestIdentifierFeature>(new HttpRequestIdentifierFeature { TraceIdentifier = client.Get<IHttpRequestIdentifierFeature>()?.TraceIdentifier ?? "" });
        if (client.Get<IHttpConnectionFeature>() is { } connection)
        {
            features.Set<IHttpConnectionFeature>(new HttpConnectionFeature
            {
                ConnectionId = connection.ConnectionId,
                LocalIpAddress = connection.LocalIpAddress,
                LocalPort = connection.LocalPort,
#pragma warning disable RS0030 // Copied for YARP's own forwarder, which writes it into X-Forwarded-For; nobody judges by it.
                RemoteIpAddress = connection.RemoteIpAddress,
#pragma warning restore RS0030
                RemotePort = connection.RemotePort,
            });
        }
    }

    private static void CopyRoute(HttpContext client, FeatureCollection features)
    {
        var proxy = client.GetReverseProxyFeature();
        features.Set<IReverseProxyFeature>(new ReverseProxyFeature
        {
            Route = proxy.Route,
            Cluster = proxy.Cluster,
            AllDestinations = proxy.AllDestinations,
            AvailableDestinations = proxy.AvailableDestinations,
        });
        features.Set<IEndpointFeature>(new Routed { Endpoint = client.GetEndpoint() });
        features.Set<IRouteValuesFeature>(new RouteValuesFeature { RouteValues = new RouteValueDictionary(client.Request.RouteValues) });
    }

    private sealed class Routed : IEndpointFeature
    {
        public Endpoint? Endpoint { get; set; }
    }
}
