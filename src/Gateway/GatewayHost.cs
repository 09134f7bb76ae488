using Weir.Forwarding;
using Weir.Gateway.Admin;
using Weir.Gateway.Connections;
using Weir.Gateway.Control.Feed;
using Weir.Gateway.Control.Sources;
using Weir.Gateway.Control;
using Weir.Gateway.Listeners;
using Weir.Gateway.StatusPages;
using Weir.Gateway.Telemetry;
using Weir.Policies.Balancing;
using Weir.Policies.Caching;
using Weir.Policies.ClientAddress;
using Weir.Policies.Contracts;
using Weir.Policies.Firewall;
using Weir.Policies.Jail;
using Weir.Policies.RequestRules;
using Weir.Policies.State;
using Weir.Policies.Throttle;

namespace Weir.Gateway;

/// <summary>Composes the gateway. The order of the data plane stands in <see cref="Pipeline"/>.</summary>
public static class GatewayHost
{
    /// <summary>Builds the host; nothing listens yet.</summary>
    /// <param name="args">
    /// <c>--config FILE</c>, and configuration as ASP.NET Core takes it: <c>--Weir:Admission:MaxWait=00:00:05</c>,
    /// <c>--urls http://127.0.0.1:0</c>, <c>--environment Development</c>.
    /// </param>
    /// <exception cref="Control.Compile.ConfigurationRejectedException">The configuration has faults; all are in it.</exception>
    public static WebApplication Build(string[] args)
    {
        var sources = SettingsSources.From(args);
        // The empty builder reads no file and no variable by itself: everything comes through AddControl, validated.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(GatewayHost).Assembly.GetName().Name,
            ContentRootPath = sources.ContentRoot,
            EnvironmentName = sources.EnvironmentName,
        });
        var configuration = builder.AddControl(sources, AddDataPlane);
        builder.AddListeners();
        builder.AddTransport((TransportOptions)configuration.Options[TransportOptions.Section]);
        builder.AddConsoleLogging();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddMetrics();
        AddDataPlane(builder.Services);
        builder.Services.AddJailServices();
        builder.Services.AddHostedService<BadRequestWatch>();
        builder.Services.AddOwnAddresses();
        builder.Services.AddFirewall();
        builder.Services.AddManagement();
        // Before the feed: its first readings already divide by the gateways that are alive.
        builder.Services.AddState();
        builder.Services.AddSingleton<IStoredSender, StoredSender>();
        builder.Services.AddCachingServices();
        builder.Services.AddFarmFeed();
        builder.Services.AddReverseProxy().LoadFromConfig(builder.Configuration.GetSection("ReverseProxy")).AddHiddenStatus().AddTransforms<PreservedHost>();

        var app = builder.Build();
        Pipeline.Use(app);
        return app;
    }

    /// <summary>
    /// Everything whose names a configuration can use. The configuration's validation registers the same in a container of
    /// its own, so a policy added here is a policy that it knows.
    /// </summary>
    internal static void AddDataPlane(IServiceCollection services)
    {
        services.AddForwarding();
        services.AddBalancing();
        services.AddClientAddress();
        services.AddRequestRules();
        services.AddJail();
        services.AddThrottle();
        services.AddCaching();
    }
}
