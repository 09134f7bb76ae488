namespace Weir.Policies.Caching.Admin;

/// <summary>A stored answer, for people. Spans in whole seconds, rounded down.</summary>
/// <param name="Route">The route that stored it.</param>
/// <param name="Store">Tier that has it: <c>memory</c>, <c>disk</c> and so on.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Bytes">Of the body, in its content coding.</param>
/// <param name="Age">Its age.</param>
/// <param name="Ttl">Freshness left; negative for stale.</param>
/// <param name="StaleWhileRevalidate">Beyond freshness.</param>
/// <param name="StaleIfError">Beyond freshness.</param>
/// <param name="Vary">Fields that chose it.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="Fields">Its head, a line each.</param>
public sealed record StoredReport(
    string Route, string Store, int Status, long Bytes, long Age, long Ttl, long StaleWhileRevalidate, long StaleIfError,
    IReadOnlyList<string> Vary, IReadOnlyList<string> Tags, IReadOnlyList<string> Fields);
