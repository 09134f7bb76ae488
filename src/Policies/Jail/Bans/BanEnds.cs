using Weir.Policies.Contracts;

namespace Weir.Policies.Jail.Bans;

/// <summary>
/// Which ban ends next, and which one gives way when the list is full. Not thread-safe. Entries of bans that were replaced or lifted
/// stay behind until their time; at most two for each ban in the table, and 1024.
/// </summary>
internal sealed class BanEnds(BanTable table)
{
    /// <summary>Name of the jail of an operator's bans, also when another replica tells of them.</summary>
    private const string Manual = "manual";

    private readonly PriorityQueue<NetworkKey, DateTimeOffset> _kept = new();
    private readonly PriorityQueue<NetworkKey, DateTimeOffset> _v4 = new();
    private readonly PriorityQueue<NetworkKey, DateTimeOffset> _v6 = new();

    private int Count => _kept.Count + _v4.Count + _v6.Count;

    /// <summary>Notes a ban that was just put into the table.</summary>
    public void Add(NetworkKey key, Ban ban)
    {
        if (Count <= (2 * table.Count) + 1024)
        {
            Enqueue(key, ban);
            return;
        }

        foreach (var queue in (PriorityQueue<NetworkKey, DateTimeOffset>[])[_kept, _v4, _v6])
            queue.Clear();
        foreach (var (network, inForce) in table.ToArray())
            Enqueue(network, inForce);
    }

    /// <summary>The next end; false when no ban ends. The ban may have been replaced or lifted.</summary>
    public bool TryPeek(out DateTimeOffset end) => Next(out end) is not null;

    /// <summary>Takes the network whose end is next out, when that has come; false when none is due.</summary>
    public bool TryTake(DateTimeOffset now, out NetworkKey key)
    {
        key = default;
        if (Next(out var end) is not { } queue || end > now)
            return false;
        key = queue.Dequeue();
        return true;
    }

    /// <summary>
    /// The ban by a jail that ends soonest, an operator's never, of the family that has more bans: addresses of IPv6 are to be had in
    /// any number, and must not take the places of IPv4.
    /// </summary>
    public bool TryFindYielding(out NetworkKey key)
    {
        var (first, second) = table.CountOf(isV4: true) >= table.CountOf(isV4: false) ? (_v4, _v6) : (_v6, _v4);
        return TryFindLive(first, out key) || TryFindLive(second, out key);
    }

    private static bool GivesWay(Ban ban) => ban.Origin != BanOrigin.Operator && ban.Jail != Manual;

    // One for ever ends last, and so gives way last.
    private static DateTimeOffset EndOf(Ban ban) => ban.Until ?? DateTimeOffset.MaxValue;

    private bool TryFindLive(PriorityQueue<NetworkKey, DateTimeOffset> queue, out NetworkKey key)
    {
        while (queue.TryPeek(out key, out var end))
        {
            if (table.Get(key) is { } ban && GivesWay(ban) && EndOf(ban) == end)
                return true;
            queue.Dequeue();
        }

        return false;
    }

    private void Enqueue(NetworkKey key, Ban ban)
    {
        if (GivesWay(ban))
            (key.IsV4 ? _v4 : _v6).Enqueue(key, EndOf(ban));
        else if (ban.Until is { } until)
            _kept.Enqueue(key, until);
    }

    private PriorityQueue<NetworkKey, DateTimeOffset>? Next(out DateTimeOffset end)
    {
        PriorityQueue<NetworkKey, DateTimeOffset>? next = null;
        end = DateTimeOffset.MaxValue;
        foreach (var queue in (ReadOnlySpan<PriorityQueue<NetworkKey, DateTimeOffset>>)[_kept, _v4, _v6])
        {
            if (queue.TryPeek(out _, out var its) && its < end)
                (next, end) = (queue, its);
        }

        return next;
    }
}
