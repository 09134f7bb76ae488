using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Weir.Policies.RequestRules;

namespace Weir.Policies.Tests.RequestRules;

/// <summary>Kestrel with the rules and an end of the test's own behind them, on a free loopback port.</summary>
internal sealed class RulesServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RulesServer(WebApplication app) => _app = app;

    public IPEndPoint EndPoint => new(IPAddress.Loopback, new Uri(_app.Urls.Single()).Port);

    /// <param name="arrange">Puts the middleware, and what stands around it, into the pipeline.</param>
    public static async Task<RulesServer> StartAsync(Action<IApplicationBuilder> arrange, HttpProtocols protocols = HttpProtocols.Http1)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.Configure<RequestRulesOptions>(_ => { });
        builder.Services.AddRequestRules();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k =>
        {
            k.AddRequestRules();
            k.Listen(IPAddress.Loopback, 0, l => l.Protocols = protocols);
        });
        var app = builder.Build();
        arrange(app);
        await app.StartAsync();
        return new RulesServer(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
