namespace Weir.Policies.Caching.Entries;

/// <summary>A stored part: first and last byte, both included, of so many.</summary>
/// <param name="Complete">Length of the whole; null when the origin did not say.</param>
internal readonly record struct ByteRange(long First, long Last, long? Complete);
