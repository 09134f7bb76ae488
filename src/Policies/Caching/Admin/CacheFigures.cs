namespace Weir.Policies.Caching.Admin;

/// <summary>The cache at one moment.</summary>
/// <param name="Results">Requests on cached routes since the start by how they ended; keys as the tag <c>result</c> of <c>weir.cache.requests</c>.</param>
/// <param name="Fetches">Fetches under way.</param>
/// <param name="FetchBytes">What they hold, bytes.</param>
/// <param name="Stores">The tiers, the nearest first.</param>
/// <param name="Purges">Purges in force in the ledger.</param>
public sealed record CacheFigures(IReadOnlyDictionary<string, long> Results, int Fetches, long FetchBytes, IReadOnlyList<TierFigures> Stores, int Purges);
