namespace Weir.Policies.Caching.Entries;

/// <summary>The bytes of a stored answer, in its content coding. Readable any number of times, by any number of readers.</summary>
internal abstract class CachedBody
{
    /// <summary>Bytes, 0 or more.</summary>
    public abstract long Length { get; }

    /// <summary>What it holds in memory, bytes.</summary>
    public abstract long MemoryBytes { get; }
}
