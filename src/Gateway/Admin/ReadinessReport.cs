namespace Weir.Gateway.Admin;

/// <summary>The answer of <c>/readyz?verbose</c>.</summary>
/// <param name="Ready">True with status 200, false with 503.</param>
/// <param name="Reason">Why not ready; null when ready.</param>
/// <param name="Farm">What is wrong behind the gateway; never a reason for not ready.</param>
/// <param name="ConfigurationErrors">Why the last reload was turned down; the configuration before it is in force.</param>
/// <param name="SharedState">How the link to the other gateways is; null when nothing is shared. Never a reason for not ready.</param>
/// <param name="Firewall">How it stands with the kernel; null when the firewall is off. Never a reason for not ready.</param>
internal sealed record ReadinessReport(
    bool Ready, string? Reason, IReadOnlyList<string> Farm, IReadOnlyList<string> ConfigurationErrors, string? SharedState, string? Firewall);
