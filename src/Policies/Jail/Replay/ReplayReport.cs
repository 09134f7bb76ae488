namespace Weir.Policies.Jail.Replay;

/// <summary>What a log would have led to.</summary>
/// <param name="Lines">Lines read.</param>
/// <param name="Offences">Offences found, by jail.</param>
/// <param name="Clients">Different clients that would have been banned.</param>
/// <param name="Bans">Each ban in the order of the log; at most <see cref="JailReplay.MaxBans"/>.</param>
/// <param name="IsCut">There were more bans than that; those after are not in any number.</param>
public sealed record ReplayReport(long Lines, IReadOnlyDictionary<string, long> Offences, int Clients, IReadOnlyList<ReplayBan> Bans, bool IsCut);
