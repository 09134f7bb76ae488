using Yarp.ReverseProxy.Model;

namespace Weir.Forwarding.Slots;

/// <summary>One server as one cluster names it.</summary>
/// <param name="Destination">YARP's runtime destination.</param>
/// <param name="Slots">The server behind it; shared when several clusters or destinations name the same address.</param>
/// <param name="Weight">
/// From the destination's metadata <c>Weir.Weight</c>, 1..1000000; null when it is not set (policies then weigh by the server's limit).
/// </param>
public sealed record ServerMember(DestinationState Destination, ServerSlots Slots, int? Weight);
