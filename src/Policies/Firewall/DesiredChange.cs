using System.Net;

namespace Weir.Policies.Firewall;

/// <summary>What to tell the enforcer.</summary>
/// <param name="Whole">Everything, in place of what the kernel has; null when the rest says what has changed.</param>
/// <param name="Clients">Single clients that changed; without a ban they are let in again.</param>
/// <param name="Networks">All other networks, when one of them changed. None contains another.</param>
internal sealed record DesiredChange(
    List<KernelBan>? Whole, List<(IPNetwork Network, KernelBan? Ban)> Clients, List<KernelBan>? Networks)
{
    public bool IsEmpty => Whole is null && Clients.Count == 0 && Networks is null;
}
