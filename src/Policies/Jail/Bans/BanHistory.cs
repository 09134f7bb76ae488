namespace Weir.Policies.Jail.Bans;

/// <summary>
/// How often networks have been banned, by jail: what makes the next ban longer. Not thread-safe. Bounded: at most
/// <see cref="MostNetworks"/> networks with <see cref="MaxJails"/> jails each, about 20 MB; the longest unseen go first.
/// </summary>
internal sealed class BanHistory(int most = BanHistory.MostNetworks)
{
    /// <summary>About 160 B each.</summary>
    public const int MostNetworks = 131_072;

    /// <summary>Further jails of one network are not told apart: they count in the total only.</summary>
    public const int MaxJails = 8;

    private readonly Dictionary<NetworkKey, Record> _records = [];

    public int Count => _records.Count;

    /// <summary>Networks that this one keeps at most.</summary>
    public int MaxNetworks { get; } = most;

    /// <summary>Bans of a network before; 0 for none.</summary>
    /// <param name="jail">Of this jail; null of all.</param>
    public int Of(NetworkKey network, string? jail)
    {
        if (!_records.TryGetValue(network, out var record))
            return 0;
        return jail is null ? record.Total : record.Of(jail);
    }

    /// <summary>Counts one ban more.</summary>
    /// <param name="atLeast">What the total is to be at least: another replica may know of more.</param>
    /// <returns>The total, this one included.</returns>
    public int Add(NetworkKey network, string jail, DateTimeOffset now, int atLeast = 0) => Add(network, jail, now, 1, atLeast);

    /// <summary>Counts no ban, but learns that there have been so many.</summary>
    /// <returns>The total.</returns>
    public int Raise(NetworkKey network, string jail, DateTimeOffset now, int atLeast) => Add(network, jail, now, 0, atLeast);

    /// <summary>Puts back what a file kept.</summary>
    public void Restore(NetworkKey network, int total, DateTimeOffset last, IEnumerable<KeyValuePair<string, int>> jails)
    {
        if (_records.Count >= MaxNetworks)
            return;
        var record = new Record { Total = total, Last = last };
        foreach (var (jail, count) in jails)
            record.Add(jail, count);
        _records[network] = record;
    }

    /// <summary>Forgets networks whose last ban began before.</summary>
    public void Forget(DateTimeOffset before)
    {
        foreach (var (network, record) in _records)
        {
            if (record.Last < before)
                _records.Remove(network);
        }
    }

    /// <summary>A copy of everything.</summary>
    public List<HistoryRecord> List() => [.. _records.Select(r => new HistoryRecord(r.Key, r.Value.Total, r.Value.Last, [.. r.Value.Jails]))];

    private int Add(NetworkKey network, string jail, DateTimeOffset now, int bans, int atLeast)
    {
        if (!_records.TryGetValue(network, out var record))
        {
            if (_records.Count >= MaxNetworks)
                ForgetOldest();
            _records[network] = record = new Record();
        }

        if (bans > 0)
            record.Add(jail, bans);
        record.Total = Math.Max(record.Total + bans, atLeast);
        record.Last = now;
        return record.Total;
    }

    // A quarter at once, so that a flood of new ones does not sort the table for each.
    private void ForgetOldest()
    {
        foreach (var network in _records.OrderBy(r => r.Value.Last).Take(MaxNetworks / 4).Select(r => r.Key).ToList())
            _records.Remove(network);
    }

    private sealed class Record
    {
        public List<KeyValuePair<string, int>> Jails { get; } = new(1);

        public int Total { get; set; }

        public DateTimeOffset Last { get; set; }

        public int Of(string jail) => Jails.Find(j => j.Key == jail).Value;

        public void Add(string jail, int count)
        {
            var i = Jails.FindIndex(j => j.Key == jail);
            if (i >= 0)
                Jails[i] = new(jail, Jails[i].Value + count);
            else if (Jails.Count < MaxJails)
                Jails.Add(new(jail, count));
        }
    }
}
