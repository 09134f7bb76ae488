using Weir.Policies.Contracts;
using Weir.Policies.Firewall;

namespace Weir.Gateway.Admin;

/// <summary>Whether load balancers should send work here.</summary>
internal sealed class Readiness(GatewayState state, IConfigurationFacts configuration, FarmView farm, IEnumerable<ISharedState> shared,
    IEnumerable<FirewallStatus> firewall)
{
    /// <summary>Why not; null when ready. A full or dead farm is no reason: the other gateways see the same one.</summary>
    public string? WhyNot() =>
        state.IsDraining ? "draining"
        : !configuration.IsLoaded ? "no configuration loaded"
        : !state.IsStarted ? "starting"
        : null;

    /// <summary>How the link to the other gateways is; null when nothing is shared. Never a reason: everything goes on locally.</summary>
    private string? Shared() => shared.FirstOrDefault() is { IsConfigured: true } state ? state.Describe() : null;

    /// <summary>How it stands with the kernel; null when the firewall is off. Never a reason: bans hold at the gateway.</summary>
    private string? Firewall() => firewall.FirstOrDefault() is { State: not FirewallState.Off } status ? status.Describe() : null;

    /// <summary>The verdict with what an operator wants to know beside it.</summary>
    public ReadinessReport Report()
    {
        var why = WhyNot();
        return new ReadinessReport(why is null, why, [.. state.IsStarted ? farm.ClustersWithoutRoom() : []], configuration.LastErrors, Shared(), Firewall());
    }
}
