namespace Weir.Policies.Caching.Entries;

/// <summary>A body in memory. The arrays never change and are never pooled, so that a transport may send them as they are.</summary>
/// <param name="segments">In order; none is empty. An empty body has none.</param>
/// <param name="held">What the arrays take as a whole, bytes, when the segments are slices of larger ones; null for their length.</param>
internal sealed class MemoryBody(IReadOnlyList<ReadOnlyMemory<byte>> segments, long? held = null) : CachedBody
{
    public static MemoryBody Empty { get; } = new([]);

    public IReadOnlyList<ReadOnlyMemory<byte>> Segments { get; } = segments;

    /// <inheritdoc />
    public override long Length { get; } = segments.Sum(s => (long)s.Length);

    /// <inheritdoc />
    public override long MemoryBytes => held ?? Length;
}
