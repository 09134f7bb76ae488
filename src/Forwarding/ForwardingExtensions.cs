using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Weir.Forwarding.Admission;
using Weir.Forwarding.Buffering;
using Weir.Forwarding.Connections;
using Weir.Forwarding.Slots;
using Weir.Forwarding.Upstream;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace Weir.Forwarding;

/// <summary>Registers slots, the waiting line, buffering and the forwarder.</summary>
public static class ForwardingExtensions
{
    /// <summary>Adds admission; call before <c>AddReverseProxy</c>, whose forwarder it wraps. Options come from <c>Weir:Admission</c> and <c>Weir:Buffering</c>.</summary>
    public static IServiceCollection AddForwarding(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ServerDirectory>();
        services.AddSingleton<RulesSource>();
        services.AddSingleton<AdmissionMetrics>();
        services.AddSingleton<BalancingPolicies>();
        services.AddSingleton(s => new SlowStart(Ejection(s, e => e.SlowStart), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(s => new Ejector(
            Ejection(s, e => e), s.GetRequiredService<ServerDirectory>(), s.GetRequiredService<SlowStart>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<Ejector>>()));
        services.AddSingleton<ClusterLines>();
        services.AddSingleton<IClusterChangeListener>(s => s.GetRequiredService<ClusterLines>());
        services.AddSingleton<IForwarderHttpClientFactory, CountedClientFactory>();
        services.AddSingleton<StockForwarder>();
        services.TryAddSingleton<IUpstreamConnector, SocketConnector>();
        services.AddSingleton<ForwardingRulesSource>();
        services.AddSingleton<ForwardingMetrics>();
        services.AddSingleton<UpstreamPools>();
        services.AddSingleton<TransformPlans>();
        services.AddSingleton<SlowClient>();
        services.AddSingleton<BodyRelay>();
        services.AddSingleton(s => new Tunnels(s.GetRequiredService<ForwardingMetrics>(), s.GetRequiredService<TimeProvider>(), s.GetService<IHostApplicationLifetime>()));
        services.AddSingleton<ExchangeRunner>();
        services.AddSingleton<Http1Forwarder>();
        services.AddSingleton<IHttpForwarder>(s => ActivatorUtilities.CreateInstance<SlotForwarder>(s, s.GetRequiredService<Http1Forwarder>()));
        services.AddSingleton<IWaitingLines, WaitingLines>();
        services.AddSingleton<BufferingRulesSource>();
        services.AddSingleton<SpoolBudget>();
        services.AddSingleton<BufferingMetrics>();
        services.AddSingleton<SpoolFiles>();
        services.AddSingleton<Spools>();
        return services;
    }

    /// <summary>Gives each request a slot or a place in the line; stands in place of <c>UseLoadBalancing</c>.</summary>
    public static IReverseProxyApplicationBuilder UseAdmission(this IReverseProxyApplicationBuilder proxy)
    {
        proxy.UseMiddleware<AdmissionMiddleware>();
        return proxy;
    }

    /// <summary>Collects uploads before they take a slot; stands before <see cref="UseAdmission"/>.</summary>
    public static IReverseProxyApplicationBuilder UseUploadCollection(this IReverseProxyApplicationBuilder proxy)
    {
        proxy.UseMiddleware<UploadCollector>();
        return proxy;
    }

    /// <summary>The monitor is taken once: a timer may still tick while the container, which then answers nobody, is disposed.</summary>
    private static Func<T> Ejection<T>(IServiceProvider services, Func<EjectionOptions, T> select)
    {
        var options = services.GetRequiredService<IOptionsMonitor<AdmissionOptions>>();
        return () => select(options.CurrentValue.Ejection);
    }
}
