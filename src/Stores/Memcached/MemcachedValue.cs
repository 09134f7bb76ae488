namespace Weir.Stores.Memcached;

/// <summary>What a get found.</summary>
/// <param name="IsHit">False when the server has nothing under the key.</param>
/// <param name="Value">An array of its own, not pooled; the caller may keep it.</param>
/// <param name="Flags">The number stored beside it.</param>
public readonly record struct MemcachedValue(bool IsHit, ReadOnlyMemory<byte> Value, uint Flags);
