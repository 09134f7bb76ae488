using Weir.Gateway.Admin.Edge;
using Weir.Gateway.Control.Compile;
using Weir.Policies.Contracts;
using Weir.Policies.Jail;
using Weir.Policies.Throttle.Explain;

namespace Weir.Gateway.Cli.Explain;

/// <summary>What throttle and jail would make of a request by the configuration alone: every counter is at 0, and who is banned is not known.</summary>
internal static class OfflineEdge
{
    public static EdgeReport Read(CompiledConfiguration candidate, EdgeQuestion question)
    {
        using var services = CandidateServices.Of(candidate);
        var jails = services.GetRequiredService<JailForecast>();
        jails.Load();
        return new EdgeView(
            services.GetRequiredService<ThrottleExplainer>(), jails, services.GetRequiredService<IClientRules>(), TimeProvider.System).Read(question);
    }
}
