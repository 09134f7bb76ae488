using Weir.Forwarding.Slots;

namespace Weir.Policies.Balancing;

/// <summary>Servers with a free slot that take new work.</summary>
internal readonly struct HasRoom : ICandidate
{
    public bool Accepts(ServerMember member) => member.Slots.HasRoom;
}
