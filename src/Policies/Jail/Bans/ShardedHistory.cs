namespace Weir.Policies.Jail.Bans;

/// <summary>
/// The history of bans in parts with a lock each, so that copying it for the file holds a request up for one part only. Any
/// thread. Bounded as <see cref="BanHistory"/>, each part to its share.
/// </summary>
internal sealed class ShardedHistory
{
    private const int Shards = 64;

    private readonly BanHistory[] _parts = [.. Enumerable.Range(0, Shards).Select(_ => new BanHistory(BanHistory.MostNetworks / Shards))];

    /// <summary>Networks in it; not exact while others change it.</summary>
    public int Count
    {
        get
        {
            var count = 0;
            foreach (var part in _parts)
                count += part.Count;
            return count;
        }
    }

    /// <inheritdoc cref="BanHistory.Of"/>
    public int Of(NetworkKey network, string? jail)
    {
        var part = PartOf(network);
        lock (part)
            return part.Of(network, jail);
    }

    /// <inheritdoc cref="BanHistory.Add(NetworkKey, string, DateTimeOffset, int)"/>
    public int Add(NetworkKey network, string jail, DateTimeOffset now, int atLeast = 0)
    {
        var part = PartOf(network);
        lock (part)
            return part.Add(network, jail, now, atLeast);
    }

    /// <inheritdoc cref="BanHistory.Raise"/>
    public int Raise(NetworkKey network, string jail, DateTimeOffset now, int atLeast)
    {
        var part = PartOf(network);
        lock (part)
            return part.Raise(network, jail, now, atLeast);
    }

    /// <inheritdoc cref="BanHistory.Restore"/>
    public void Restore(NetworkKey network, int total, DateTimeOffset last, IEnumerable<KeyValuePair<string, int>> jails)
    {
        var part = PartOf(network);
        lock (part)
            part.Restore(network, total, last, jails);
    }

    /// <summary>A copy of everything, part by part.</summary>
    /// <param name="since">Networks whose last ban began before are forgotten.</param>
    public List<HistoryRecord> List(DateTimeOffset since)
    {
        var all = new List<HistoryRecord>(Count);
        foreach (var part in _parts)
        {
            lock (part)
            {
                part.Forget(since);
                all.AddRange(part.List());
            }
        }

        return all;
    }

    // HashCode is seeded per process: nobody outside can aim at one part.
    private BanHistory PartOf(NetworkKey network) => _parts[(uint)HashCode.Combine(network) % Shards];
}
