namespace Weir.Gateway.Admin;

/// <summary>Body of <c>POST /api/bans</c>, and one entry of a list in JSON.</summary>
/// <param name="Network">Address or network.</param>
/// <param name="Duration">As <see cref="Policies.Jail.Lists.BanTime"/> reads it; null is the standard one.</param>
/// <param name="Reason">For people; null for none.</param>
internal sealed record BanRequest(string? Network, string? Duration, string? Reason);
