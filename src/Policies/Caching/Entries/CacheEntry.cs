namespace Weir.Policies.Caching.Entries;

/// <summary>What a store keeps under a key: an answer, or where a URL's variants lie. Never changes once it is made.</summary>
internal abstract class CacheEntry
{
    /// <summary>The text whose hash is the key, UTF-8. Compared at every look-up.</summary>
    public required ReadOnlyMemory<byte> KeyText { get; init; }

    /// <summary>When it was stored, milliseconds since 1970 UTC by this gateway's clock. Purges before it do not concern it.</summary>
    public required long StoredAt { get; init; }

    /// <summary>What it takes in memory, bytes: fields, key, body and objects, counted honestly; the bound of the memory store adds these up.</summary>
    public abstract long MemoryBytes { get; }
}
