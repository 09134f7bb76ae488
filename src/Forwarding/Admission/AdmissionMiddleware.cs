using Microsoft.AspNetCore.Http;
using Weir.Forwarding.Slots;
using Yarp.ReverseProxy.Model;

namespace Weir.Forwarding.Admission;

/// <summary>
/// Gives each proxied request a slot on the server that the balancing policy picks, or a place in the line. Stands where
/// YARP's load balancing would. The slot is given back by <see cref="SlotForwarder"/> when the answer is through, at the
/// latest by the server's end-of-request callback.
/// </summary>
internal sealed class AdmissionMiddleware(
    RequestDelegate next,
    ClusterLines lines,
    BalancingPolicies policies,
    RulesSource rules,
    AdmissionMetrics metrics,
    TimeProvider clock,
    ISessionPinning? pinning = null)
{
    public Task InvokeAsync(HttpContext context)
    {
        var proxy = context.GetReverseProxyFeature();
        if (proxy.Route.Cluster is not { } cluster)
            return next(context);
        var arrived = clock.GetTimestamp();
        var line = lines.Of(cluster);
        var current = rules.Current;
        var route = current.For(proxy.Route.Config.RouteId);
        var members = line.Members;
        if (!route.Enabled)
            return PassAsync(context, proxy, members);
        if (PinnedTo(proxy, members) is { } own)
            return PinnedAsync(context, proxy, line, current, route, own, arrived);
        if (!line.HasWaiting && policies.For(cluster).Pick(context, members) is { } member && member.Slots.TryAcquire(out var slot))
            return Proceed(context, proxy, AdmissionTicket.Issue(context, line, current, route, member, slot, arrived, arrived, null));
        return WaitAsync(context, proxy, line, current, route, null, arrived);
    }

    private Task Proceed(HttpContext context, IReverseProxyFeature proxy, AdmissionTicket ticket)
    {
        // A destination is a list of itself: nothing is allocated.
        proxy.AvailableDestinations = ticket.Member.Destination;
        return next(context);
    }

    /// <summary>A route without admission still balances, and takes no slot.</summary>
    private Task PassAsync(HttpContext context, IReverseProxyFeature proxy, ClusterMembers members)
    {
        if (policies.For(members.Cluster).Pick(context, members) is { } member)
            proxy.AvailableDestinations = member.Destination;
        return next(context);
    }

    private Task PinnedAsync(
        HttpContext context, IReverseProxyFeature proxy, ClusterLine line, AdmissionRules current, RouteRules route, ServerMember own, long arrived)
    {
        var takesWork = own.Slots.Mode != ServerMode.Maintenance && !own.Slots.Health.IsEjected;
        if (takesWork && own.Slots.TryAcquire(out var slot))
            return Proceed(context, proxy, AdmissionTicket.Issue(context, line, current, route, own, slot, arrived, arrived, own.Slots));
        var waits = takesWork && (pinning?.WaitsForFullServer(line.Cluster) ?? true);
        return WaitAsync(context, proxy, line, current, route, waits ? own.Slots : null, arrived, repin: !waits);
    }

    private async Task WaitAsync(
        HttpContext context,
        IReverseProxyFeature proxy,
        ClusterLine line,
        AdmissionRules current,
        RouteRules route,
        ServerSlots? pinned,
        long arrived,
        bool repin = false)
    {
        var request = RequestOf(context, current, route, pinned, avoid: null, TimeSpan.Zero);
        var outcome = await line.WaitAsync(request, context.RequestAborted);
        if (outcome.Member is null)
        {
            metrics.Refused(outcome.Reason);
            if (outcome.Reason == RefusalReason.ClientGone)
                context.Abort();
            else
                await AdmissionRefusals.Of(outcome.Reason, outcome.RetryAfterSeconds).WriteAsync(context);
            return;
        }

        var now = clock.GetTimestamp();
        metrics.Waited(clock.GetElapsedTime(arrived, now));
        var ticket = AdmissionTicket.Issue(context, line, current, route, outcome.Member, outcome.Slot, arrived, now, pinned);
        if (repin)
            pinning?.Repin(context, line.Cluster, outcome.Member.Destination);
        await Proceed(context, proxy, ticket);
    }

    /// <summary>The server that session affinity chose; null when there is none or it allows several.</summary>
    private static ServerMember? PinnedTo(IReverseProxyFeature proxy, ClusterMembers members) =>
        proxy.Cluster.Config.SessionAffinity is { Enabled: true }
        && !ReferenceEquals(proxy.AvailableDestinations, members.Available)
        && proxy.AvailableDestinations.Count == 1
            ? members.Of(proxy.AvailableDestinations[0])
            : null;

    /// <summary>What a request brings to the line.</summary>
    /// <param name="waited">Time that counts against its patience already.</param>
    internal static WaitRequest RequestOf(
        HttpContext context, AdmissionRules current, RouteRules route, ServerSlots? pinned, ServerSlots? avoid, TimeSpan waited)
    {
        var maxWait = route.MaxWait;
        var ofClient = false;
        if (current.DeadlineHeader is { } name
            && context.Request.Headers.TryGetValue(name, out var values)
            && values.Count == 1
            && DeadlineHeader.TryParse(values[0], out var deadline)
            && deadline < maxWait)
        {
            maxWait = deadline;
            ofClient = true;
        }

        var headerBytes = 0;
        foreach (var (key, value) in context.Request.Headers)
        {
            headerBytes += key.Length;
            for (var i = 0; i < value.Count; i++)
                headerBytes += 2 * (value[i]?.Length ?? 0);
        }

        var client = context.Features.Get<IClientKeyFeature>()?.ClientKey ?? 0;
        return new WaitRequest(client, route.Priority, maxWait - waited, ofClient, headerBytes, pinned, avoid);
    }
}
