using Weir.Farm.Feed;
using Weir.Forwarding.Admission;
using Weir.Forwarding.Buffering;
using Weir.Forwarding;
using Weir.Gateway.Admin;
using Weir.Gateway.Listeners;
using Weir.Gateway.Telemetry;
using Weir.Policies.Balancing;
using Weir.Policies.Caching;
using Weir.Policies.ClientAddress;
using Weir.Policies.Firewall;
using Weir.Policies.Jail;
using Weir.Policies.RequestRules;
using Weir.Policies.State;
using Weir.Policies.Throttle;

namespace Weir.Gateway.Control;

/// <summary>All of our sections, one line each. What is not here is unknown under <c>Weir</c>.</summary>
internal static class Sections
{
    /// <summary>In the order of the reference page.</summary>
    public static IReadOnlyList<Section> All { get; } =
    [
        Section.Of(FarmOptions.Section, new FarmOptionsValidator()),
        Section.Of<AdmissionOptions>(AdmissionOptions.Section),
        Section.Of<BufferingOptions>(BufferingOptions.Section),
        Section.Of<ForwardingOptions>(ForwardingOptions.Section),
        Section.Of<BalancingOptions>(BalancingOptions.Section),
        Section.Of(ClientAddressOptions.Section, new ClientAddressOptionsValidator()),
        Section.Of(RequestRulesOptions.Section, new RequestRulesOptionsValidator()),
        Section.Of(JailOptions.Section, new JailOptionsValidator()),
        Section.Of(ThrottleOptions.Section, new ThrottleOptionsValidator()),
        Section.Of(StateOptions.Section, new StateOptionsValidator()),
        Section.Of(FirewallOptions.Section, new FirewallOptionsValidator()),
        Section.Of(CachingOptions.Section, new CachingOptionsValidator()),
        Section.Of<TransportOptions>(TransportOptions.Section),
        Section.Of(ManagementOptions.Section, new ManagementOptionsValidator()),
        Section.Of<MetricsOptions>(MetricsOptions.Section),
        Section.Of<ShutdownOptions>(ShutdownOptions.Section),
    ];
}
