using Weir.Forwarding.Slots;

namespace Weir.Policies.Balancing;

/// <summary>Servers that take new work, full or not.</summary>
internal readonly struct TakesWork : ICandidate
{
    public bool Accepts(ServerMember member) =>
        member.Slots is { Mode: ServerMode.Ready, Limit: > 0, Health.IsEjected: false };
}
