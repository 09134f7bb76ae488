using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Weir.Forwarding.Admission;
using Weir.Forwarding.Slots;
using Yarp.ReverseProxy.Configuration;

namespace Weir.Forwarding.Tests;

/// <summary>Kestrel, YARP and admission in this process, on a free loopback port, in front of the given servers.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestGateway(WebApplication app) => _app = app;

    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public ServerDirectory Servers => _app.Services.GetRequiredService<ServerDirectory>();

    public IServiceProvider Services => _app.Services;

    public int InFlight => Servers.All.Sum(s => s.InFlight);

    public int Waiting => _app.Services.GetRequiredService<IWaitingLines>().All().Sum(l => l.Waiting);

    public static async Task<TestGateway> StartAsync(
        IReadOnlyList<string> servers,
        int limit = 100,
        Action<AdmissionOptions>? options = null,
        Action<IReverseProxyApplicationBuilder>? beforeForwarder = null,
        SessionAffinityConfig? affinity = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.Configure(options ?? (_ => { }));
        builder.Services.AddForwarding();
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "r", ClusterId = "c", Match = new RouteMatch { Path = "{**any}" } }],
            [new ClusterConfig
            {
                ClusterId = "c",
                LoadBalancingPolicy = "RoundRobin",
                SessionAffinity = affinity,
                Destinations = servers.Select((s, i) => (s, i)).ToDictionary(p => $"d{p.i}", p => new DestinationConfig { Address = p.s }),
            }]);
        var app = builder.Build();
        app.MapReverseProxy(proxy =>
        {
            proxy.UseSessionAffinity();
            proxy.UseAdmission();
            beforeForwarder?.Invoke(proxy);
        });
        foreach (var server in servers)
            app.Services.GetRequiredService<ServerDirectory>().GetOrAdd(server).SetFarmLimit(limit);
        await app.StartAsync();
        return new TestGateway(app);
    }

    /// <summary>Waits until no slot is held and no one waits: nothing leaked.</summary>
    public async Task AssertNothingLeaksAsync()
    {
        for (var i = 0; i < 200 && (InFlight != 0 || Waiting != 0); i++)
            await Task.Delay(25);
        Assert.Equal(0, InFlight);
        Assert.Equal(0, Waiting);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
