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
    IStickyRules? sticky = null)
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
        if (proxy.Cluster.Config.SessionAffinity is { Enabled: true } && sticky?.PinnedTo(context) is { } pin && members.Of(pin) is { } own)
            return PinnedAsync(context, proxy, line, current, route, own, arrived);
        return PlaceAsync(context, proxy, line, current, route, arrived);
    }

    /// <summary>A free slot where the policy says, if no one waits for it; else a place in the line.</summary>
    private Task PlaceAsync(HttpContext context, IReverseProxyFeature proxy, ClusterLine line, AdmissionRules current, RouteRules route, long arrived)
    {
        if (!line.HasWaiting && policies.For(line.Cluster).Pick(context, line.Members) is { } member && member.Slots.TryAcquire(out var slot))
            return Proceed(context, proxy, AdmissionTicket.Issue(context, line, current, route, member, slot, arrived, arrived, null));
        return WaitAsync(context, proxy, line, current, route, null, arrived);
    }

    private Task Proceed(HttpContext context, IReverseProxyFeature proxy, AdmissionTicket ticket)
    {
        // A destination is a list of itself: nothing is allocated.
        proxy.AvailableDestinations = ticket.Member.Destination;
        return next(context);
    }

    /// <summary>A route without admission still balances and keeps its sessions, and takes no slot.</summary>
    private Task PassAsync(HttpContext context, IReverseProxyFeature proxy, ClusterMembers members)
    {
        if (!ReferenceEquals(proxy.AvailableDestinations, members.Available) && proxy.Cluster.Config.SessionAffinity is { Enabled: true })
            return next(context);
        var picked = policies.For(members.Cluster).PickDestination(context, members.Cluster, members.Available);
        if (picked is null)
            return RefuseAsync(context, RefusalReason.NoServer, 1);
        proxy.AvailableDestinations = picked;
        return next(context);
    }

    private Task RefuseAsync(HttpContext context, RefusalReason reason, int retryAfterSeconds)
    {
        metrics.Refused(reason);
        return AdmissionRefusals.Of(reason, retryAfterSeconds).WriteAsync(context);
    }

    private Task PinnedAsync(
        HttpContext context, IReverseProxyFeature proxy, ClusterLine line, AdmissionRules current, RouteRules route, ServerMember own, long arrived)
    {
        switch (sticky!.Judge(line.Cluster, own.Slots))
        {
            case StickyVerdict.Use when line.Waiting == 0 && own.Slots.TryAcquire(out var slot):
                return Proceed(context, proxy, AdmissionTicket.Issue(context, line, current, route, own, slot, arrived, arrived, own.Slots));
            case StickyVerdict.Refuse:
                return RefuseAsync(context, RefusalReason.NoServer, 1);
            case StickyVerdict.Repin:
                sticky.Repin(context);
                return PlaceAsync(context, proxy, line, current, route, arrived);
            default:
                return WaitAsync(context, proxy, line, current, route, own.Slots, arrived);
        }
    }

    private async Task WaitAsync(
        HttpContext context,
        IReverseProxyFeature proxy,
        ClusterLine line,
        AdmissionRules current,
        RouteRules route,
        ServerSlots? pinned,
        long arrived)
    {
        if (context.Features.Get<INoWaitFeature>() is not null)
        {
            await AdmissionRefusals.Of(RefusalReason.WouldWait, 0).WriteAsync(context);
            return;
        }

        // What it has waited already counts, should this be the second place that it waits in.
        var request = RequestOf(context, current, route, pinned, avoid: null, clock.GetElapsedTime(arrived));
        var outcome = await line.WaitAsync(request, context.RequestAborted);
        if (outcome.Member is null)
        {
            if (outcome.Reason == RefusalReason.JudgeAgain)
            {
                await JudgeAgainAsync(context, proxy, line, current, route, pinned!, arrived);
            }
            else if (outcome.Reason == RefusalReason.ClientGone)
            {
                metrics.Refused(outcome.Reason);
                context.Abort();
            }
            else
            {
                await RefuseAsync(context, outcome.Reason, outcome.RetryAfterSeconds);
            }

            return;
        }

        var now = clock.GetTimestamp();
        metrics.Waited(clock.GetElapsedTime(arrived, now));
        var ticket = AdmissionTicket.Issue(context, line, current, route, outcome.Member, outcome.Slot, arrived, now, pinned);
        await Proceed(context, proxy, ticket);
    }

    /// <summary>The server that a session waited for takes no work any more: its rules decide where it goes.</summary>
    private Task JudgeAgainAsync(
        HttpContext context, IReverseProxyFeature proxy, ClusterLine line, AdmissionRules current, RouteRules route, ServerSlots pinned, long arrived)
    {
        if (line.Members.Of(pinned) is { } own)
            return PinnedAsync(context, proxy, line, current, route, own, arrived);
        sticky!.Repin(context);
        return PlaceAsync(context, proxy, line, current, route, arrived);
    }

    /// <summary>What a request brings to the line.</summary>
    /// <param name="waited">Time that counts against its patience already.</param>
    internal static WaitRequest RequestOf(
        HttpContext context, AdmissionRules current, RouteRules route, ServerSlots? pinned, IReadOnlyList<ServerSlots>? avoid, TimeSpan waited)
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
