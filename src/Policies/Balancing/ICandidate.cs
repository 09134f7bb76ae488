using Weir.Forwarding.Slots;

namespace Weir.Policies.Balancing;

/// <summary>Whether a server may be picked at all. A struct, as <see cref="IScore"/>.</summary>
internal interface ICandidate
{
    bool Accepts(ServerMember member);
}
