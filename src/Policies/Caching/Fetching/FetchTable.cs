using System.Collections.Concurrent;
using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Fetching;

/// <summary>The fetches under way that others may share, by URL. Bounded by <see cref="FetchBudget"/>.</summary>
internal sealed class FetchTable
{
    private readonly ConcurrentDictionary<CacheKey, List<Fetch>> _urls = new();
    private readonly Lock _lock = new();

    /// <summary>A fetch that the request may share, or the one that <paramref name="make"/> makes.</summary>
    /// <param name="variant">What is fetched: the key of what is stale, or of the variant, or of the URL where nothing is known of variants.</param>
    /// <param name="make">Null from it means there is no room for another.</param>
    public Fetch? JoinOrAdd(CacheKey url, CacheKey variant, Func<Fetch?> make, out bool isNew)
    {
        lock (_lock)
        {
            isNew = false;
            if (_urls.TryGetValue(url, out var list))
            {
                foreach (var fetch in list)
                {
                    if (fetch.Variant == variant && fetch.IsOpen)
                    {
                        fetch.Join();
                        return fetch;
                    }
                }
            }

            if (make() is not { } made)
                return null;
            isNew = true;
            made.Variant = variant;
            if (list is null)
                _urls[url] = list = [];
            list.Add(made);
            return made;
        }
    }

    /// <summary>True when somebody fetches it already.</summary>
    public bool Has(CacheKey url, CacheKey variant)
    {
        if (!_urls.ContainsKey(url))
            return false;
        lock (_lock)
            return _urls.TryGetValue(url, out var list) && list.Exists(f => f.Variant == variant && f.IsOpen);
    }

    public void Remove(Fetch fetch)
    {
        lock (_lock)
        {
            if (_urls.TryGetValue(fetch.Order.Primary, out var list) && list.Remove(fetch) && list.Count == 0)
                _urls.TryRemove(fetch.Order.Primary, out _);
        }
    }

    /// <summary>What is under way for the URL is of the time before a change: it is not stored, and nobody joins it.</summary>
    public void Spoil(CacheKey url)
    {
        if (!_urls.ContainsKey(url))
            return;
        lock (_lock)
        {
            if (_urls.TryGetValue(url, out var list))
                list.ForEach(f => f.IsSpoiled = true);
        }
    }
}
