namespace Weir.Policies.Caching.Admin;

/// <summary>What became of a purge.</summary>
/// <param name="Removed">Entries that left at once; the others of a prefix or tag are found purged when they are asked for.</param>
/// <param name="ReachesReplicas">True when it was handed to the shared Redis; false without one, or while it is away.</param>
/// <param name="Note">What the operator should know; null for nothing.</param>
public sealed record PurgeReport(int Removed, bool ReachesReplicas, string? Note);
