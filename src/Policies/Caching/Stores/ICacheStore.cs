using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Stores;

/// <summary>
/// Keeps entries under keys. Every implementation passes one conformance suite: what was set last is read, whole or not at all; an
/// old format, a damaged entry, another's key text, a failure or a time-out is a miss, counted and never thrown; a set that does
/// not fit is refused, and takes nothing else with it. Safe for any number of callers at once. Never blocks a thread: what must
/// block (files) leaves the caller's thread. The caller's own cancellation may be thrown, or not be looked at. A disposed store
/// finds nothing and takes nothing; it does not throw.
/// </summary>
internal interface ICacheStore : IAsyncDisposable
{
    /// <summary><c>memory</c>, <c>disk</c>, <c>redis</c>, <c>memcached</c> or <c>distributed</c>: a metric tag.</summary>
    string Name { get; }

    /// <summary>The largest entry that it takes, bytes as stored; a larger one is refused by <see cref="SetAsync"/>.</summary>
    long MaxEntryBytes { get; }

    /// <param name="keyText">What <paramref name="key"/> was made of; an entry with another text is a miss.</param>
    /// <returns>Null for a miss. Completed at once where the store is memory.</returns>
    ValueTask<CacheEntry?> GetAsync(CacheKey key, ReadOnlyMemory<byte> keyText, CancellationToken cancel);

    /// <summary>Stores an entry in place of what is there.</summary>
    /// <param name="keepFor">How long it can be of any use: freshness, stale windows and time to validate it. More than zero.</param>
    /// <returns>False when it was not stored: too large, not admitted, or a failure.</returns>
    ValueTask<bool> SetAsync(CacheKey key, CacheEntry entry, TimeSpan keepFor, CancellationToken cancel);

    /// <returns>True when something was there, as far as the store knows.</returns>
    ValueTask<bool> RemoveAsync(CacheKey key, CancellationToken cancel);

    /// <summary>Forgets everything of this gateway's farm.</summary>
    ValueTask ClearAsync(CancellationToken cancel);

    /// <summary>What it holds, as far as it knows at no cost.</summary>
    StoreFigures Figures { get; }
}
