using Microsoft.AspNetCore.Http;
using Weir.Forwarding.Slots;
using Weir.Forwarding.Tasks;

namespace Weir.Forwarding.Admission;

/// <summary>
/// One admitted request: its slot and what is needed to try another server. Pooled; the server's end-of-request callback
/// gives the slot back if nothing else did and returns the ticket, so no path can leak it.
/// </summary>
internal sealed class AdmissionTicket
{
    private Slot _slot;

    /// <summary>The line that admitted it.</summary>
    public ClusterLine Line { get; private set; } = null!;

    /// <summary>The rules that it started with.</summary>
    public AdmissionRules Rules { get; private set; } = null!;

    /// <summary>The settings of its route.</summary>
    public RouteRules Route { get; private set; } = null!;

    /// <summary>The server that it was given.</summary>
    public ServerMember Member { get; private set; } = null!;

    /// <summary>When the request reached admission, in the clock's timestamps.</summary>
    public long ArrivedAt { get; private set; }

    /// <summary>When it got its first slot.</summary>
    public long FirstAdmittedAt { get; private set; }

    /// <summary>When it got its present slot.</summary>
    public long AdmittedAt { get; private set; }

    /// <summary>The only server that its session allows; null for any.</summary>
    public ServerSlots? Pinned { get; private set; }

    /// <summary>The servers that failed it; null before the first.</summary>
    public List<ServerSlots>? Failed { get; private set; }

    /// <summary>Makes a ticket for a request and ties its end to the request's.</summary>
    public static AdmissionTicket Issue(
        HttpContext context, ClusterLine line, AdmissionRules rules, RouteRules route, ServerMember member, Slot slot, long arrivedAt, long admittedAt, ServerSlots? pinned)
    {
        var ticket = ThreadPooled<AdmissionTicket>.Rent();
        ticket.Line = line;
        ticket.Rules = rules;
        ticket.Route = route;
        ticket.Member = member;
        ticket._slot = slot;
        ticket.ArrivedAt = arrivedAt;
        ticket.AdmittedAt = admittedAt;
        ticket.FirstAdmittedAt = admittedAt;
        ticket.Pinned = pinned;
        context.Features.Set(ticket);
        context.Response.OnCompleted(static t => ((AdmissionTicket)t).EndAsync(), ticket);
        return ticket;
    }

    /// <summary>True once the server's part of the answer is over; the client may still be taking it.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>The server is through with the request: its time is noted and its slot given back.</summary>
    public void Answered(TimeProvider clock)
    {
        if (IsAnswered)
            return;
        IsAnswered = true;
        var now = clock.GetTimestamp();
        Member.Slots.Health.Answered(clock.GetElapsedTime(AdmittedAt, now), now);
        Release();
    }

    /// <summary>Gives the slot back; further calls do nothing.</summary>
    public void Release() => _slot.Dispose();

    /// <summary>Notes that its present server failed it.</summary>
    public IReadOnlyList<ServerSlots> NoteFailure()
    {
        (Failed ??= []).Add(Member.Slots);
        return Failed;
    }

    /// <summary>Goes on with another server after <see cref="Release"/>.</summary>
    public void MoveTo(ServerMember member, Slot slot, long now)
    {
        Member = member;
        _slot = slot;
        AdmittedAt = now;
    }

    private Task EndAsync()
    {
        Release();
        Line = null!;
        Rules = null!;
        Route = null!;
        Member = null!;
        Pinned = null;
        Failed = null;
        IsAnswered = false;
        ThreadPooled<AdmissionTicket>.Return(this);
        return Task.CompletedTask;
    }
}
