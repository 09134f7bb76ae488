using System.Net;

namespace Weir.Policies.Firewall;

/// <summary>One line of a list.</summary>
/// <param name="Network">In its normal form.</param>
/// <param name="IsRemoval">True lets it in again.</param>
/// <param name="Seconds">1 to <see cref="KernelBan.MaxSeconds"/>; null for ever.</param>
internal readonly record struct ProtocolElement(IPNetwork Network, bool IsRemoval, long? Seconds);
