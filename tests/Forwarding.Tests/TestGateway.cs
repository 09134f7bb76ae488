using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Weir.Forwarding.Admission;
using Weir.Forwarding.Buffering;
using Weir.Forwarding.Slots;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Transforms.Builder;

namespace Weir.Forwarding.Tests;

/// <summary>Kestrel, YARP, upload collection and admission in this process, on a free loopback port, in front of the given servers.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestGateway(WebApplication app) => _app = app;

    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public ServerDirectory Servers => _app.Services.GetRequiredService<ServerDirectory>();

    public IServiceProvider Services => _app.Services;

    public int InFlight => Servers.All.Sum(s => s.InFlight);

    public int Waiting => _app.Services.GetRequiredService<IWaitingLines>().All().Sum(l => l.Waiting);

    /// <summary>Bytes that buffered bodies hold, in memory and in files.</summary>
    public long BufferedBytes
    {
        get
        {
            var budget = _app.Services.GetRequiredService<SpoolBudget>();
            return Enum.GetValues<SpoolKind>().Sum(k => budget.MemoryBytes(k) + budget.FileBytes(k));
        }
    }

    public static async Task<TestGateway> StartAsync(
        IReadOnlyList<string> servers,
        int limit = 100,
        Action<AdmissionOptions>? options = null,
        Action<IReverseProxyApplicationBuilder>? beforeForwarder = null,
        SessionAffinityConfig? affinity = null,
        Action<BufferingOptions>? buffering = null,
        Action<KestrelServerOptions>? kestrel = null,
        ILoggerProvider? log = null,
        Action<ForwardingOptions>? forwarding = null,
        Func<RouteConfig, RouteConfig>? route = null,
        Func<ClusterConfig, ClusterConfig>? cluster = null,
        Action<IServiceCollection>? services = null,
        Action<TransformBuilderContext>? transforms = null,
        Action<WebApplication>? first = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(options =>
        {
            // As the gateway sets it, through its request rules: header bytes are Latin-1.
            options.RequestHeaderEncodingSelector = options.ResponseHeaderEncodingSelector = static _ => Encoding.Latin1;
            kestrel?.Invoke(options);
        });
        builder.Logging.ClearProviders();
        if (log is not null)
            builder.Logging.AddProvider(log);
        builder.Services.Configure(options ?? (_ => { }));
        builder.Services.Configure(buffering ?? (_ => { }));
        builder.Services.Configure(forwarding ?? (_ => { }));
        services?.Invoke(builder.Services);
        builder.Services.AddForwarding();
        var theRoute = new RouteConfig { RouteId = "r", ClusterId = "c", Match = new RouteMatch { Path = "{**any}" } };
        builder.Services.AddReverseProxy().LoadFromMemory(
            [route?.Invoke(theRoute) ?? theRoute],
            [Cluster(cluster, new ClusterConfig
            {
                ClusterId = "c",
                LoadBalancingPolicy = "RoundRobin",
                SessionAffinity = affinity,
                Destinations = servers.Select((s, i) => (s, i)).ToDictionary(p => $"d{p.i}", p => new DestinationConfig { Address = p.s }),
            })]).AddTransforms(transforms ?? (_ => { }));
        var app = builder.Build();
        first?.Invoke(app);
        app.MapReverseProxy(proxy =>
        {
            proxy.UseSessionAffinity();
            proxy.UseUploadCollection();
            proxy.UseAdmission();
            beforeForwarder?.Invoke(proxy);
        });
        foreach (var server in servers)
            app.Services.GetRequiredService<ServerDirectory>().GetOrAdd(server).SetFarmLimit(limit);
        await app.StartAsync();
        return new TestGateway(app);
    }

    /// <summary>The only server.</summary>
    public ServerSlots Server => Servers.All.Single();

    /// <summary>Waits until something is so.</summary>
    public static async Task UntilAsync(Func<bool> isSo, double seconds = 60)
    {
        for (var i = 0; i < seconds * 100 && !isSo(); i++)
            await Task.Delay(10);
        Assert.True(isSo());
    }

    /// <summary>Waits until no slot is held, no one waits and nothing is buffered: nothing leaked.</summary>
    public async Task AssertNothingLeaksAsync()
    {
        for (var i = 0; i < 2400 && (InFlight != 0 || Waiting != 0 || BufferedBytes != 0); i++)
            await Task.Delay(25);
        Assert.Equal(0, InFlight);
        Assert.Equal(0, Waiting);
        Assert.Equal(0, BufferedBytes);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static ClusterConfig Cluster(Func<ClusterConfig, ClusterConfig>? change, ClusterConfig cluster) => change?.Invoke(cluster) ?? cluster;
}
