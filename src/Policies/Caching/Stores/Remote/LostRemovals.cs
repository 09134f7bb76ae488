using System.Collections.Concurrent;
using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Stores.Remote;

/// <summary>
/// Keys whose removal did not reach the server, as far as is known. What lies under them is not served here when the server is
/// back: it may have been changed at the origin meanwhile.
/// </summary>
internal sealed class LostRemovals
{
    /// <summary>Keys; past that the whole store is forgotten.</summary>
    public const int Max = 10_000;

    private readonly ConcurrentDictionary<CacheKey, bool> _keys = new();
    private int _count;

    /// <summary>Remembers a key.</summary>
    /// <returns>False when there is no room.</returns>
    public bool Add(CacheKey key)
    {
        if (Volatile.Read(ref _count) >= Max)
            return false;
        if (_keys.TryAdd(key, true))
            Interlocked.Increment(ref _count);
        return true;
    }

    public bool Has(CacheKey key) => Volatile.Read(ref _count) != 0 && _keys.ContainsKey(key);

    /// <summary>The key was removed or written anew.</summary>
    public void Forget(CacheKey key)
    {
        if (Volatile.Read(ref _count) != 0 && _keys.TryRemove(key, out _))
            Interlocked.Decrement(ref _count);
    }

    /// <summary>Everything was forgotten.</summary>
    public void Clear()
    {
        foreach (var key in _keys.Keys)
            Forget(key);
    }
}
