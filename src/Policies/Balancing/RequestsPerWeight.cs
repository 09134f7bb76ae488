using Weir.Forwarding.Slots;

namespace Weir.Policies.Balancing;

/// <summary>Requests in flight for a server's weight. The next request counts, so that among idle servers the heavier one is taken.</summary>
internal readonly struct RequestsPerWeight : IScore
{
    public double Of(int index, ServerMember member) => (member.Slots.InFlight + 1) / Weights.Of(member);
}
