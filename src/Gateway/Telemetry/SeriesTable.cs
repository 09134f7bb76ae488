using System.Collections.Concurrent;

namespace Weir.Gateway.Telemetry;

/// <summary>
/// The series of one instrument by their tags. Finding a known one neither locks nor allocates; the number is bounded, and
/// measurements of further ones are counted and dropped.
/// </summary>
/// <param name="bound">Most series, 1 or more.</param>
/// <param name="make">Makes a series; its argument is the canonical label text.</param>
internal sealed class SeriesTable<T>(int bound, Func<string, T> make)
    where T : class
{
    // The same tags in another order are one series: each order costs an entry here, and there are never many.
    private const int OrdersPerSeries = 4;

    // Looked through before anything is hashed: the commonest series are usually the first.
    private const int FirstSeen = 4;
    private readonly ConcurrentDictionary<TagSet, T> _byTags = new(TagSetComparer.Instance);
    private readonly Dictionary<string, T> _byLabels = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private volatile bool _full;
    private volatile (TagSet Tags, T Series)[] _firstSeen = [];
    private long _dropped;

    /// <summary>Measurements that found no place.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>The series of these tags; null when there is no place for it.</summary>
    public T? Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        foreach (var (known, its) in _firstSeen)
        {
            if (IsSame(known.Tags, tags))
                return its;
        }

        if (_byTags.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>().TryGetValue(tags, out var series))
            return series;
        return _full ? Drop() : Add(tags);
    }

    /// <summary>Label text and series, sorted by label text.</summary>
    public KeyValuePair<string, T>[] Snapshot()
    {
        lock (_lock)
            return [.. _byLabels.OrderBy(s => s.Key, StringComparer.Ordinal)];
    }

    /// <summary>Forgets all series, for instruments that report all of theirs at each scrape.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _byTags.Clear();
            _byLabels.Clear();
            _firstSeen = [];
            _full = false;
        }
    }

    /// <summary>True when both are the very same objects, as what ASP.NET Core tags most requests with is: no text is compared.</summary>
    private static bool IsSame(ReadOnlySpan<KeyValuePair<string, object?>> known, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (known.Length != tags.Length)
            return false;
        for (var i = 0; i < tags.Length; i++)
        {
            if (!ReferenceEquals(known[i].Value, tags[i].Value) || !ReferenceEquals(known[i].Key, tags[i].Key))
                return false;
        }

        return true;
    }

    private T? Add(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = PrometheusText.Labels(tags);
        lock (_lock)
        {
            if (!_byLabels.TryGetValue(labels, out var series))
            {
                if (_byLabels.Count >= bound)
                {
                    _full = true;
                    return Drop();
                }

                series = make(labels);
                _byLabels.Add(labels, series);
            }

            if (_byTags.Count < bound * OrdersPerSeries)
            {
                var set = TagSetComparer.Instance.Create(tags);
                if (_byTags.TryAdd(set, series) && _firstSeen.Length < FirstSeen)
                    _firstSeen = [.. _firstSeen, (set, series)];
            }

            return series;
        }
    }

    private T? Drop()
    {
        Interlocked.Increment(ref _dropped);
        return null;
    }
}
