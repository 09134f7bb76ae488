using Weir.Gateway.Control;
using Weir.Gateway.Control.Compile;

namespace Weir.Gateway.Cli.Explain;

/// <summary>The data plane's services over a configuration that no gateway runs with: nothing listens, nothing is read back or kept.</summary>
internal static class CandidateServices
{
    public static ServiceProvider Of(CompiledConfiguration candidate)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMetrics();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IConfiguration>(candidate.Settings.ToConfiguration());
        foreach (var section in Sections.All)
            section.Register(services, candidate);
        GatewayHost.AddDataPlane(services);
        return services.BuildServiceProvider();
    }
}
