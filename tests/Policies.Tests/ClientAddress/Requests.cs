using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Weir.Policies.ClientAddress;
using Weir.Policies.Contracts;

namespace Weir.Policies.Tests.ClientAddress;

/// <summary>Sends requests through the middleware.</summary>
internal sealed class Requests : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly ClientAddressMiddleware _middleware;

    public Requests(ClientAddressOptions? options = null, RequestDelegate? next = null)
    {
        Options = new ChangingOptions(options ?? new ClientAddressOptions());
        _services = new ServiceCollection().AddSingleton<IOptionsMonitor<ClientAddressOptions>>(Options).AddClientAddress().BuildServiceProvider();
        Rules = _services.GetRequiredService<IClientRules>();
        _middleware = new ClientAddressMiddleware(
            next ?? (_ => Task.CompletedTask),
            _services.GetRequiredService<CurrentClientRules>(),
            _services.GetRequiredService<ClientAddressMetrics>(),
            NullLogger<ClientAddressMiddleware>.Instance);
    }

    public ChangingOptions Options { get; }

    public IClientRules Rules { get; }

    public IServiceProvider Services => _services;

    public static ClientAddressOptions Trusting(string header, params string[] proxies) => new() { Header = header, TrustedProxies = [.. proxies] };

    public static DefaultHttpContext From(string? peer, params (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = peer is null ? null : IPAddress.Parse(peer);
        foreach (var (name, value) in headers)
            context.Request.Headers.Append(name, value);
        return context;
    }

    public Task SendAsync(HttpContext context) => _middleware.Invoke(context);

    public IClientFeature ClientOf(HttpContext context)
    {
        _ = _middleware.Invoke(context);
        return context.Features.Get<IClientFeature>()!;
    }

    public void Dispose() => _services.Dispose();
}
