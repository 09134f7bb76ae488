namespace Weir.Policies.Jail.Bans;

/// <summary>How often one network has been banned.</summary>
/// <param name="Network">The network.</param>
/// <param name="Total">Bans so far.</param>
/// <param name="Last">When the last one began.</param>
/// <param name="Jails">Bans by jail.</param>
internal sealed record HistoryRecord(NetworkKey Network, int Total, DateTimeOffset Last, IReadOnlyList<KeyValuePair<string, int>> Jails);
