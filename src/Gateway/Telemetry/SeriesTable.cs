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
    private readonly ConcurrentDictionary<TagSet, T> _byTags = new(TagSetComparer.Instance);
    private readonly Dictionary<string, T> _byLabels = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private volatile bool _full;
    private long _dropped;

    /// <summary>Measurements that found no place.</summary>
    public long Dropped => Volatile.Read(ref _dropped);

    /// <summary>The series of these tags; null when there is no place for it.</summary>
    public T? Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
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
            _full = false;
        }
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
                _byTags.TryAdd(TagSetComparer.Instance.Create(tags), series);
            return series;
        }
    }

    private T? Drop()
    {
        Interlocked.Increment(ref _dropped);
        return null;
    }
}
