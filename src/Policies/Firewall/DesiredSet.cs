using System.Net;
using Microsoft.Extensions.Options;
using Weir.Policies.Contracts;

namespace Weir.Policies.Firewall;

/// <summary>What the kernel should drop, and what of it has changed since it was last told. Bounded by <see cref="Capacity"/>.</summary>
internal sealed class DesiredSet(IOptionsMonitor<FirewallOptions> options, BanFilter filter, FirewallMetrics metrics, TimeProvider time) : IBanObserver
{
    /// <summary>Networks that are no single client: the kernel's interval sets are replaced whole, which takes time with their size.</summary>
    public const int MaxNetworks = 4096;

    private static readonly Comparer<(long Ends, long Turn, IPNetwork Network)> Sooner =
        Comparer<(long Ends, long Turn, IPNetwork Network)>.Create(static (a, b) => a.Ends != b.Ends ? a.Ends.CompareTo(b.Ends) : a.Turn.CompareTo(b.Turn));

    private readonly Lock _lock = new();
    private readonly Dictionary<IPNetwork, Entry> _entries = [];

    // Soonest end first, so that the first to go when it is full is found at once.
    private readonly SortedSet<(long Ends, long Turn, IPNetwork Network)> _byEnd = new(Sooner);

    // Those that are no single client, which have a bound of their own.
    private readonly SortedSet<(long Ends, long Turn, IPNetwork Network)> _networksByEnd = new(Sooner);

    private readonly HashSet<IPNetwork> _changed = [];
    private bool _networksChanged;
    private bool _whole = true;
    private bool _leftOut;
    private long _turn;

    // Whose leaving out counts while the list is gone through again: those that were wanted before. Null: everybody's.
    private HashSet<IPNetwork>? _counted;

    // What changed while a list was being copied, the last of each network; null when none is. Milliseconds long, and no more
    // than the list of bans has networks.
    private Dictionary<IPNetwork, (BanChangeKind Kind, Ban Ban)>? _meanwhile;

    /// <summary>The enforcer's own bound, when it is below that of the options.</summary>
    public int EnforcerMax { get; set; } = int.MaxValue;

    public int Capacity => Math.Min(options.CurrentValue.MaxEntries, EnforcerMax);

    public int Count
    {
        get
        {
            lock (_lock)
                return _entries.Count;
        }
    }

    /// <summary>True when a ban was left out for want of room and there is room by now.</summary>
    public bool HasRoomForLeftOut
    {
        get
        {
            lock (_lock)
                return _leftOut && _entries.Count < Capacity;
        }
    }

    /// <inheritdoc />
    public void OnChange(BanChangeKind kind, Ban ban)
    {
        lock (_lock)
        {
            if (_meanwhile is not null)
                _meanwhile[Networks.Normalize(ban.Network)] = (kind, ban);
            Apply(kind, ban);
        }
    }

    /// <summary>Starts over from the list of bans; the whole set counts as changed.</summary>
    /// <param name="list">Copies the list. Called without the lock: those who change the list hold theirs and want this one.</param>
    public void Rebuild(Func<IReadOnlyList<Ban>> list)
    {
        GoThrough(list, startsOver: true);
        Invalidate();
    }

    /// <summary>Takes in those that were left out for want of room; only what is new counts as changed.</summary>
    /// <param name="list">As for <see cref="Rebuild"/>.</param>
    public void Refill(Func<IReadOnlyList<Ban>> list) => GoThrough(list, startsOver: false);

    /// <summary>The next send must be the whole set.</summary>
    public void Invalidate()
    {
        lock (_lock)
            MarkWhole();
    }

    /// <summary>Takes what has changed; what is taken counts as told.</summary>
    /// <param name="max">Single clients in one batch.</param>
    public DesiredChange Take(int max)
    {
        lock (_lock)
        {
            RemoveEnded();
            if (_whole)
            {
                ClearChanges();
                return new DesiredChange(Whole: All(), [], Networks: null);
            }

            var clients = new List<(IPNetwork Network, KernelBan? Ban)>(Math.Min(max, _changed.Count));
            foreach (var network in _changed)
            {
                if (clients.Count == max)
                    break;
                clients.Add((network, _entries.TryGetValue(network, out var entry) ? new KernelBan(network, entry.Until) : null));
            }

            foreach (var (network, _) in clients)
                _changed.Remove(network);
            var networks = _networksChanged ? OutermostNetworks() : null;
            _networksChanged = false;
            return new DesiredChange(null, clients, networks);
        }
    }

    /// <summary>What the kernel should hold now.</summary>
    public List<KernelBan> Snapshot()
    {
        lock (_lock)
        {
            RemoveEnded();
            return All();
        }
    }

    private void GoThrough(Func<IReadOnlyList<Ban>> list, bool startsOver)
    {
        lock (_lock)
            _meanwhile = [];
        var bans = list();
        lock (_lock)
        {
            _counted = startsOver ? [.. _entries.Keys] : [];
            _leftOut = false;
            if (startsOver)
            {
                _entries.Clear();
                _byEnd.Clear();
                _networksByEnd.Clear();
            }

            // Oldest first: with equal ends the newest are kept.
            for (var i = bans.Count - 1; i >= 0; i--)
                Add(bans[i]);
            // The copy may be older than these: what was lifted meanwhile must not come back.
            foreach (var (kind, ban) in _meanwhile.Values)
                Apply(kind, ban);
            _meanwhile = null;
            _counted = null;
        }
    }

    private List<KernelBan> All() =>
        [.. _entries.Where(e => Networks.IsClient(e.Key)).Select(e => new KernelBan(e.Key, e.Value.Until)), .. OutermostNetworks()];

    private List<KernelBan> OutermostNetworks() =>
        Networks.Outermost(_entries.Where(e => !Networks.IsClient(e.Key)).Select(e => new KernelBan(e.Key, e.Value.Until)));

    private void Apply(BanChangeKind kind, Ban ban)
    {
        if (kind == BanChangeKind.Added)
            Add(ban);
        else
            Remove(Networks.Normalize(ban.Network));
    }

    private void Add(Ban ban)
    {
        var network = Networks.Normalize(ban.Network);
        var known = _entries.TryGetValue(network, out var before);
        if (filter.WhyNot(ban) is { } reason)
        {
            LeftOut(reason, network);
            Remove(network);
            return;
        }

        if (known && before.Until == ban.Until)
            return;
        if (ban.Until <= time.GetUtcNow())
        {
            Remove(network);
            return;
        }

        if (known)
            Drop(network, before);
        if (!HasRoomFor(network, ban.Until))
        {
            LeftOut("full", network);
            _leftOut = true;
            if (known)
                Changed(network);
            return;
        }

        var entry = new Entry(ban.Until, ++_turn);
        _entries.Add(network, entry);
        _byEnd.Add((Ends(entry.Until), entry.Turn, network));
        if (!Networks.IsClient(network))
            _networksByEnd.Add((Ends(entry.Until), entry.Turn, network));
        Changed(network);
    }

    private bool HasRoomFor(IPNetwork network, DateTimeOffset? until)
    {
        if (!Networks.IsClient(network) && _networksByEnd.Count >= MaxNetworks && !FirstGivesWay(_networksByEnd, until))
            return false;
        while (_entries.Count >= Capacity)
        {
            if (!FirstGivesWay(_byEnd, until))
                return false;
        }

        return true;
    }

    private bool FirstGivesWay(SortedSet<(long Ends, long Turn, IPNetwork Network)> set, DateTimeOffset? until)
    {
        var first = set.Min;
        if (first.Ends > Ends(until))
            return false;
        LeftOut("full", first.Network);
        _leftOut = true;
        Remove(first.Network);
        return true;
    }

    private void LeftOut(string reason, IPNetwork network)
    {
        if (_counted?.Contains(network) != false)
            metrics.LeftOut(reason);
    }

    private void Remove(IPNetwork network)
    {
        if (!_entries.TryGetValue(network, out var entry))
            return;
        Drop(network, entry);
        Changed(network);
    }

    private void Drop(IPNetwork network, Entry entry)
    {
        _entries.Remove(network);
        _byEnd.Remove((Ends(entry.Until), entry.Turn, network));
        _networksByEnd.Remove((Ends(entry.Until), entry.Turn, network));
    }

    // The kernel ends clients' bans by itself; a network's end may uncover a smaller one.
    private void RemoveEnded()
    {
        var now = time.GetUtcNow().UtcTicks;
        while (_byEnd.Count > 0 && _byEnd.Min.Ends <= now)
            Remove(_byEnd.Min.Network);
    }

    private void Changed(IPNetwork network)
    {
        if (_whole)
            return;
        if (!Networks.IsClient(network))
            _networksChanged = true;
        // While nobody takes them the changes stay bounded: past the bound the whole set is sent.
        else if (_changed.Add(network) && _changed.Count > Capacity)
            MarkWhole();
    }

    private void MarkWhole()
    {
        ClearChanges();
        _whole = true;
    }

    private void ClearChanges()
    {
        _changed.Clear();
        _networksChanged = false;
        _whole = false;
    }

    private static long Ends(DateTimeOffset? until) => until?.UtcTicks ?? long.MaxValue;

    private readonly record struct Entry(DateTimeOffset? Until, long Turn);
}
