using System.Net;

namespace Weir.Policies.Firewall;

/// <summary>What the kernel holds.</summary>
/// <param name="Elements">Seconds left by network; null for ever.</param>
/// <param name="Packets">Dropped since the table was made.</param>
internal sealed record EnforcerListing(Dictionary<IPNetwork, long?> Elements, long Packets);
