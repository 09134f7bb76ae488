namespace Weir.Policies.Caching.Stores;

/// <summary>How full a store is. Null where it does not know: the server's own tools say more.</summary>
/// <param name="Entries">Entries.</param>
/// <param name="Bytes">Bytes, as the store's bound counts them.</param>
/// <param name="MaxBytes">The bound.</param>
/// <param name="Evictions">Entries that left for want of room, since the start.</param>
/// <param name="State">One line for people: <c>ok</c>, or what is wrong since when.</param>
internal readonly record struct StoreFigures(long? Entries, long? Bytes, long? MaxBytes, long Evictions, string State);
