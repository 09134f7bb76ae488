using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Rules;
using Weir.Policies.Caching.Semantics;
using Weir.Policies.Caching.Stores;
using Weir.Policies.Caching.Stores.Memory;

namespace Weir.Policies.Caching.Tiers;

/// <summary>
/// The memory store, and one of the others behind it. What is found behind is copied to the front, but for bodies in files, which the
/// page cache holds already.
/// </summary>
/// <param name="memory">In front.</param>
/// <param name="second">Behind.</param>
/// <param name="rules">For how long a copy of what others may change is used.</param>
/// <param name="clock">Clock.</param>
internal sealed class CacheTiers(MemoryStore memory, SecondTier second, CurrentCachingRules rules, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>Nothing is kept longer, whatever its max-age; purges are remembered as long.</summary>
    public static readonly TimeSpan MaxKeep = TimeSpan.FromDays(31);

    public MemoryStore Memory => memory;

    public ICacheStore? Second => second.Store;

    /// <summary>The nearest first.</summary>
    public IEnumerable<ICacheStore> All => Second is null ? [memory] : [memory, Second];

    /// <summary>The largest body that some tier takes, bytes.</summary>
    public long MaxEntryBytes => Math.Max(memory.MaxEntryBytes, Second?.MaxEntryBytes ?? 0);

    /// <summary>Looks into memory.</summary>
    public CacheEntry? Find(CacheKey key, ReadOnlySpan<byte> text) => memory.Find(key, text);

    /// <summary>Looks behind memory, and copies what is found to the front.</summary>
    public async ValueTask<CacheEntry?> GetBehindAsync(CacheKey key, ReadOnlyMemory<byte> text, SemanticRules semantics, CancellationToken cancel)
    {
        if (Second is not { } store || await store.GetAsync(key, text, cancel) is not { } entry)
            return null;
        if (entry is VaryIndex)
            memory.Set(key, entry, InFront(MaxKeep));
        else if (entry is CachedResponse { Body: MemoryBody } response)
            memory.Set(key, entry, InFront(Storability.KeepFor(response, clock.GetUtcNow().ToUnixTimeMilliseconds(), semantics)));
        return entry;
    }

    /// <summary>Stores in all tiers; memory has it at once.</summary>
    /// <returns>False when no tier took it, as far as that is known at once.</returns>
    public bool Set(CacheKey key, CacheEntry entry, TimeSpan keepFor)
    {
        keepFor = keepFor < MaxKeep ? keepFor : MaxKeep;
        var inMemory = entry is not CachedResponse { Body: FileBody } && memory.Set(key, entry, InFront(keepFor));
        if (Second is not { } store)
            return inMemory;
        // Nobody waits for it; the store bounds what is under way and counts what fails.
        _ = store.SetAsync(key, entry, keepFor, CancellationToken.None).AsTask()
            .ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return true;
    }

    /// <returns>True when something was there, as far as the tiers know.</returns>
    public async ValueTask<bool> RemoveAsync(CacheKey key, CancellationToken cancel)
    {
        var removed = memory.Remove(key);
        if (Second is { } store)
            removed |= await store.RemoveAsync(key, cancel);
        return removed;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await memory.DisposeAsync();
        if (Second is { } store)
            await store.DisposeAsync();
    }

    private TimeSpan InFront(TimeSpan keepFor)
    {
        var most = second.IsShared ? rules.Now.Options.SharedRefresh : MaxKeep;
        return keepFor < most ? keepFor : most;
    }
}
