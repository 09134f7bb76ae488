using System.Net;

namespace Weir.Policies.Jail.Lists;

/// <summary>One ban that somebody asks for.</summary>
/// <param name="Network">Address or network.</param>
/// <param name="Until">Its end; null for ever.</param>
/// <param name="Reason">For people; empty for none.</param>
public sealed record BanEntry(IPNetwork Network, DateTimeOffset? Until, string Reason);
