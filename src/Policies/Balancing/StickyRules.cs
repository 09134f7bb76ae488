using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Weir.Forwarding.Admission;
using Weir.Forwarding.Slots;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.SessionAffinity;

namespace Weir.Policies.Balancing;

/// <summary>YARP's session affinity, kept within the servers' limits. Works with every affinity policy, YARP's and others'.</summary>
internal sealed class StickyRules(
    BalancingRules rules,
    IEnumerable<ISessionAffinityPolicy> policies,
    ServerDirectory servers,
    BalancingMetrics metrics,
    ILogger<StickyRules> logger) : IStickyRules
{
    // YARP's names, which its public surface does not carry.
    private const string DefaultAffinityPolicy = "HashCookie";
    private const string RefuseFailurePolicy = "Return503Error";

    private readonly FrozenDictionary<string, ISessionAffinityPolicy> _policies =
        policies.ToFrozenDictionary(p => p.Name, StringComparer.OrdinalIgnoreCase);

    /// <inheritdoc />
    public DestinationState? PinnedTo(HttpContext context)
    {
        var feature = context.GetReverseProxyFeature();
        // Affinity narrows to the destination itself, which is its own list of one; other narrowing makes other lists.
        return IsSticky(feature.Cluster.Config) ? feature.AvailableDestinations as DestinationState : null;
    }

    /// <inheritdoc />
    public StickyVerdict Judge(ClusterState cluster, ServerSlots pinned)
    {
        if (pinned.Mode == ServerMode.Maintenance || pinned.Health.IsEjected)
        {
            var refuse = string.Equals(cluster.Model.Config.SessionAffinity?.FailurePolicy, RefuseFailurePolicy, StringComparison.OrdinalIgnoreCase);
            return refuse ? StickyVerdict.Refuse : StickyVerdict.Repin;
        }

        // Not HasRoom: a draining server still serves its own sessions.
        if (pinned.InFlight < pinned.Limit)
            return StickyVerdict.Use;
        return rules.For(cluster.ClusterId).StickyWhenFull == StickyWhenFull.Wait ? StickyVerdict.Wait : StickyVerdict.Repin;
    }

    /// <inheritdoc />
    public void Repin(HttpContext context)
    {
        var feature = context.GetReverseProxyFeature();
        if (feature.Route.Cluster is not { } cluster || !IsSticky(feature.Cluster.Config))
            return;

        var pinned = PinnedTo(context);
        feature.AvailableDestinations = cluster.DestinationsState.AvailableDestinations;
        if (Forget(context, cluster, feature.Cluster.Config.SessionAffinity!) && pinned is not null)
        {
            var reason = Reason(pinned);
            metrics.Repinned(reason);
            BalancingLog.Repinned(logger, cluster.ClusterId, pinned.DestinationId, reason);
        }
    }

    private static bool IsSticky(ClusterConfig cluster) => cluster.SessionAffinity?.Enabled == true;

    /// <summary>
    /// Affinity policies write a new pin only when the request did not bring one, and remember that it did under private keys in
    /// <see cref="HttpContext.Items"/>. Asked once more with an empty collection the policy shows its keys; without them it pins anew.
    /// </summary>
    private bool Forget(HttpContext context, ClusterState cluster, SessionAffinityConfig config)
    {
        var name = string.IsNullOrEmpty(config.Policy) ? DefaultAffinityPolicy : config.Policy;
        if (!_policies.TryGetValue(name, out var policy))
            return false;

        var items = context.Items;
        var marks = new Dictionary<object, object?>();
        try
        {
            context.Items = marks;
            policy.FindAffinitizedDestinations(context, cluster, config, cluster.DestinationsState.AllDestinations);
        }
        finally
        {
            context.Items = items;
        }

        var forgotten = false;
        foreach (var mark in marks.Keys)
            forgotten |= items.Remove(mark);
        return forgotten;
    }

    private string Reason(DestinationState pinned)
    {
        if (!servers.TryGet(pinned.Model.Config.Address, out var server))
            return "other";
        return server switch
        {
            { Mode: ServerMode.Maintenance } => "maintenance",
            { Health.IsEjected: true } => "ejected",
            _ when server.InFlight >= server.Limit => "full",
            _ => "other",
        };
    }
}
