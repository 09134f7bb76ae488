namespace Weir.Policies.Caching.Admin;

/// <summary>How full one tier is. Null where only the server itself knows.</summary>
/// <param name="Store"><c>memory</c>, <c>disk</c>, <c>redis</c>, <c>memcached</c> or <c>distributed</c>.</param>
/// <param name="Entries">Entries.</param>
/// <param name="Bytes">Bytes as its bound counts them.</param>
/// <param name="MaxBytes">The bound.</param>
/// <param name="Evictions">Entries that left for want of room.</param>
/// <param name="State"><c>ok</c>, or what is wrong.</param>
public sealed record TierFigures(string Store, long? Entries, long? Bytes, long? MaxBytes, long Evictions, string State);
