using Weir.Policies.Caching.Admin;

namespace Weir.Policies.Caching.Purging;

/// <summary>A purge that was given, its target in one form: see <see cref="PurgeTargets"/>.</summary>
/// <param name="Kind">What the target is.</param>
/// <param name="Target">Empty for all.</param>
/// <param name="IsSoft">Stale in place of gone.</param>
/// <param name="At">Milliseconds since 1970 UTC. What was asked for at this time or before it is concerned.</param>
internal readonly record struct Purge(PurgeKind Kind, string Target, bool IsSoft, long At);
