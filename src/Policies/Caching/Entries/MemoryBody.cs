namespace Weir.Policies.Caching.Entries;

/// <summary>A body in memory. The arrays never change and are never pooled, so that a transport may send them as they are.</summary>
/// <param name="segments">In order; none is empty. An empty body has none.</param>
internal sealed class MemoryBody(IReadOnlyList<ReadOnlyMemory<byte>> segments) : CachedBody
{
    public static MemoryBody Empty { get; } = new([]);

    public IReadOnlyList<ReadOnlyMemory<byte>> Segments { get; } = segments;

    /// <inheritdoc />
    public override long Length { get; } = segments.Sum(s => (long)s.Length);

    /// <inheritdoc />
    public override long MemoryBytes => Length;
}
