using Weir.Forwarding.Slots;

namespace Weir.Policies.Balancing;

/// <summary>How much of the traffic a server should get.</summary>
internal static class Weights
{
    /// <summary>The configured weight, scaled down during slow start; without one the server's limit of this instant. Above 0.</summary>
    public static double Of(ServerMember member) =>
        member.Weight is { } weight ? weight * member.Slots.StartFraction : Math.Max(1, member.Slots.Limit);
}
