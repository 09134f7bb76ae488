using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;

namespace Weir.Gateway.Cli.Explain;

/// <summary>
/// Asks ASP.NET Core's routing with YARP's own matchers which route takes a request: host, path, method, headers, query,
/// order. Nothing is forwarded, nothing listens, no health check runs.
/// </summary>
internal sealed class RouteMatcher : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly RequestDelegate _pipeline;

    public RouteMatcher(IReadOnlyList<RouteConfig> routes)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMetrics();
        services.AddRouting();
        var diagnostics = new DiagnosticListener("Weir.Explain");
        services.AddSingleton(diagnostics);
        services.AddSingleton<DiagnosticSource>(diagnostics);
        services.AddSingleton<Microsoft.AspNetCore.Hosting.Server.IServer, NoServer>();
        // Only what decides the match; policies and transforms have been checked and would need their registrations here.
        services.AddReverseProxy().LoadFromMemory([.. routes.Select(r => new RouteConfig { RouteId = r.RouteId, Order = r.Order, Match = r.Match })], []);
        _services = services.BuildServiceProvider();
        var app = new ApplicationBuilder(_services);
        app.UseRouting();
        app.Use(_ => context => Task.CompletedTask);
        app.UseEndpoints(endpoints => endpoints.MapReverseProxy());
        _pipeline = app.Build();
    }

    /// <summary>Finds the route of one request.</summary>
    /// <returns>The route's id; null when none takes it, with the reason when it was only the method.</returns>
    public async Task<(string? RouteId, string? Reason)> MatchAsync(Uri url, string method, IEnumerable<KeyValuePair<string, string>> headers)
    {
        await using var scope = _services.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        context.Request.Method = method.ToUpperInvariant();
        context.Request.Scheme = url.Scheme;
        context.Request.Host = HostString.FromUriComponent(url);
        context.Request.Path = PathString.FromUriComponent(url);
        context.Request.QueryString = QueryString.FromUriComponent(url);
        foreach (var (name, value) in headers)
            context.Request.Headers.Append(name, value);
        await _pipeline(context);
        var endpoint = context.Features.Get<IEndpointFeature>()?.Endpoint;
        var route = endpoint?.Metadata.GetMetadata<RouteModel>();
        return (route?.Config.RouteId, route is null ? endpoint?.DisplayName : null);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
