namespace Weir.Policies.Caching.Admin;

/// <summary>A purge as it is wanted.</summary>
/// <param name="Kind">What <paramref name="Target"/> is.</param>
/// <param name="Target">See <see cref="PurgeKind"/>; empty for all.</param>
/// <param name="IsSoft">True to make it stale in place of forgetting it: it is served while it is asked for anew, where stale answers may be.</param>
public sealed record PurgeOrder(PurgeKind Kind, string Target, bool IsSoft);
