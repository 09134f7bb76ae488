using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Purging;

/// <summary>Knows under which keys a URL lies: each route that may answer it has one.</summary>
internal interface IPurgeKeys
{
    /// <summary>Primary keys of a URL, bounded by the number of routes. Dropping one drops all variants.</summary>
    /// <param name="url">Absolute, in the form of <see cref="PurgeTargets"/>.</param>
    IReadOnlyList<CacheKey> KeysOf(string url);

    /// <summary>
    /// That URL as keys have it, where routes leave out or sort parts of the query: with them a purge of <c>/a?utm=1</c> concerns what is
    /// stored as <c>/a</c>. Bounded by the number of routes.
    /// </summary>
    /// <param name="url">As above; it counts in any case.</param>
    IReadOnlyList<string> UrlsOf(string url) => [url];
}
