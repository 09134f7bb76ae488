using Weir.Forwarding.Slots;

namespace Weir.Policies.Balancing;

/// <summary>Used part of a server's limit: the least used has the most free share.</summary>
internal readonly struct UsedShare : IScore
{
    public double Of(int index, ServerMember member) => (double)member.Slots.InFlight / member.Slots.Limit;
}
