using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Weir.Policies.Contracts;

namespace Weir.Policies.Jail.Bans;

/// <summary>
/// The bans in force. Changes come one at a time under a lock, and those who are told hear of them in that order. An end is
/// kept to the tick for requests; the list itself and those who are told learn of it within a second.
/// </summary>
internal sealed class BanList : IBans, IDisposable
{
    /// <summary>Bans that end in one turn of the timer; further ones follow at once, and others get the lock in between.</summary>
    private const int ExpiredPerTurn = 256;

    /// <summary>What another replica says of a ban's end is its own reckoning: as far apart as this it is the same end.</summary>
    private static readonly TimeSpan SameEnd = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LeastWait = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan MostWait = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly BanTable _table = new();
    private readonly BanHistory _history = new();
    private readonly PriorityQueue<NetworkKey, DateTimeOffset> _ends = new();
    private readonly CurrentJail _jail;
    private readonly IClientRules _clients;
    private readonly TimeProvider _time;
    private readonly JailMetrics _metrics;
    private readonly ILogger _logger;
    private readonly Lazy<IBanObserver[]> _observers;
    private readonly ITimer _timer;
    private int _networks;
    private bool _isFull;

    public BanList(CurrentJail jail, IClientRules clients, IServiceProvider services, TimeProvider time, JailMetrics metrics, ILogger<BanList> logger)
    {
        (_jail, _clients, _time, _metrics, _logger) = (jail, clients, time, metrics, logger);
        // Late: those who are told may want the list themselves.
        _observers = new Lazy<IBanObserver[]>(() => [.. services.GetServices<IBanObserver>()]);
        _timer = time.CreateTimer(_ => Expire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        jail.Changed += LetIgnoredGo;
        metrics.Watch(() => Count);
    }

    /// <summary>Raised under the lock after a change that is worth keeping.</summary>
    public event Action? Changed;

    public int Count => _table.Count;

    public Ban? Find(IPAddress? address) =>
        _table.Find(address) is { } ban && (ban.Until is not { } until || until > _time.GetUtcNow()) ? ban : null;

    public string? Add(Ban ban) => Add(ban, countsIt: true);

    public Ban? Remove(IPNetwork network, BanOrigin by)
    {
        lock (_lock)
        {
            if (Drop(KeyOf(network)) is not { } ban)
                return null;
            // The origin says who does it: a removal that a replica told of is not told to the replicas again.
            ban = ban with { Origin = by };
            JailLog.Lifted(_logger, ban.Network, ban.Jail, by.ToString());
            Tell(BanChangeKind.Removed, ban);
            return ban;
        }
    }

    public IReadOnlyList<Ban> List() =>
        [.. _table.ToArray().Select(b => b.Value).OrderByDescending(b => b.From).ThenBy(b => b.Network.ToString(), StringComparer.Ordinal)];

    /// <summary>Bans of a network before.</summary>
    /// <param name="jail">By this jail; null by all.</param>
    public int Earlier(IPNetwork network, string? jail)
    {
        lock (_lock)
            return _history.Of(KeyOf(network), jail);
    }

    /// <summary>Everything that outlives a restart.</summary>
    public (List<Ban> Bans, List<HistoryRecord> History) Snapshot()
    {
        lock (_lock)
        {
            _history.Forget(_time.GetUtcNow() - _jail.Now.Remember);
            return ([.. _table.ToArray().Select(b => b.Value)], _history.List());
        }
    }

    /// <summary>Puts back what a file kept; what is over, trusted or ignored by now is left out.</summary>
    /// <returns>How many bans are in force again.</returns>
    public int Restore(IEnumerable<Ban> bans, IEnumerable<HistoryRecord> history)
    {
        var restored = 0;
        lock (_lock)
        {
            foreach (var record in history)
                _history.Restore(record.Network, record.Total, record.Last, record.Jails);
            var now = _time.GetUtcNow();
            foreach (var ban in bans)
            {
                if ((ban.Until is null || ban.Until > now) && Add(ban, countsIt: false) is null)
                    restored++;
            }
        }

        return restored;
    }

    public void Dispose()
    {
        _jail.Changed -= LetIgnoredGo;
        _timer.Dispose();
    }

    private string? Add(Ban ban, bool countsIt)
    {
        lock (_lock)
        {
            var key = KeyOf(ban.Network);
            if (WhyNot(key) is var (tag, why))
            {
                _metrics.NotBanned(tag);
                return why;
            }

            var now = _time.GetUtcNow();
            if (ban.Until <= now)
                return "Its end has passed already.";
            var before = _table.Get(key);
            var isReplicas = ban.Origin == BanOrigin.Replica;
            if (before is not null && !EndsLater(isReplicas ? ban.Until - SameEnd : ban.Until, before.Until))
                return null;
            // A replica that tells of a later end tells of the ban that is known, or has counted it.
            var count = !countsIt ? ban.Count
                : before is not null && isReplicas ? _history.Raise(key, ban.Jail, now, ban.Count)
                : _history.Add(key, ban.Jail, now, ban.Count);
            ban = ban with { Network = key.ToNetwork(), Reason = OneLine(ban.Reason), Count = Math.Max(count, 1) };
            if (before is null && IsLarger(key))
                _networks++;
            _table.Set(key, ban);
            if (ban.Until is { } until)
                Await(key, until);
            if (countsIt)
            {
                _metrics.Banned(ban.Origin switch { BanOrigin.Operator => "manual", BanOrigin.Replica => "replica", _ => ban.Jail });
                JailLog.Banned(_logger, ban.Network, ban.Jail, ban.Until is null ? "for ever" : $"{ban.Until:u}", ban.Count, ban.Reason);
            }

            Tell(BanChangeKind.Added, ban);
            return null;
        }
    }

    private (string Tag, string Why)? WhyNot(NetworkKey key)
    {
        var network = key.ToNetwork();
        var rules = _jail.Now;
        if (_clients.IsTrusted(network.BaseAddress) || _clients.HoldsTrusted(network))
            return ("trusted", $"{network} is, or has in it, a trusted proxy; a ban would shut out everybody who comes through it.");
        if (rules.Ignore.Overlap(key))
            return ("ignored", $"{network} is, or has in it, an address in {JailOptions.Section}:Ignore.");
        if (_table.Get(key) is not null)
            return null;
        if (_table.Count >= rules.MaxBans)
            return ("full", Full($"{rules.MaxBans} bans are in force, as many as {JailOptions.Section}:MaxBans allows."));
        if (IsLarger(key) && _networks >= rules.MaxNetworks)
            return ("full", Full($"{_networks} larger networks are banned, as many as {JailOptions.Section}:MaxNetworks allows."));
        return null;
    }

    private string Full(string why)
    {
        if (!_isFull)
            JailLog.Full(_logger);
        _isFull = true;
        return why;
    }

    // A part of what counts as one client stands for the client: nobody knows which of its addresses comes next.
    private NetworkKey KeyOf(IPNetwork network)
    {
        var key = NetworkKey.Of(network);
        var client = NetworkKey.Of(_clients.NetworkOf(network.BaseAddress));
        return key.Length > client.Length ? client : key;
    }

    private bool IsLarger(NetworkKey key) => key.Length < (key.IsV4 ? 128 : NetworkKey.Of(_clients.NetworkOf(key.ToNetwork().BaseAddress)).Length);

    private Ban? Drop(NetworkKey key)
    {
        if (_table.Remove(key) is not { } ban)
            return null;
        if (IsLarger(key) && _networks > 0)
            _networks--;
        _isFull = false;
        return ban;
    }

    private static bool EndsLater(DateTimeOffset? end, DateTimeOffset? than) => than is not null && (end is null || end > than);

    private void Await(NetworkKey key, DateTimeOffset until)
    {
        // Ends of bans that were replaced or lifted stay behind until their time; not without bound.
        if (_ends.Count > (2 * _table.Count) + 1024)
        {
            _ends.Clear();
            foreach (var (network, ban) in _table.ToArray())
            {
                if (ban.Until is { } end)
                    _ends.Enqueue(network, end);
            }
        }
        else
        {
            _ends.Enqueue(key, until);
        }

        Arm();
    }

    private void Arm()
    {
        if (!_ends.TryPeek(out _, out var next))
            return;
        var wait = next - _time.GetUtcNow();
        _timer.Change(wait < LeastWait ? LeastWait : wait > MostWait ? MostWait : wait, Timeout.InfiniteTimeSpan);
    }

    private void Expire()
    {
        var more = true;
        while (more)
        {
            lock (_lock)
            {
                var now = _time.GetUtcNow();
                more = false;
                for (var i = 0; i < ExpiredPerTurn && _ends.TryPeek(out var key, out var end) && end <= now; i++)
                {
                    _ends.Dequeue();
                    more = i == ExpiredPerTurn - 1;
                    if (_table.Get(key) is not { Until: { } until } || until > now)
                        continue;
                    var ban = Drop(key)!;
                    JailLog.Expired(_logger, ban.Network, ban.Jail);
                    Tell(BanChangeKind.Expired, ban);
                }

                if (!more)
                    Arm();
            }
        }
    }

    // What is ignored or trusted from now on is let go at once.
    private void LetIgnoredGo()
    {
        foreach (var (key, ban) in _table.ToArray())
        {
            if (_jail.Now.Ignore.Overlap(key) || _clients.HoldsTrusted(ban.Network))
                Remove(ban.Network, BanOrigin.Operator);
        }
    }

    private void Tell(BanChangeKind kind, Ban ban)
    {
        foreach (var observer in _observers.Value)
        {
            try
            {
                observer.OnChange(kind, ban);
            }
            catch (Exception error)
            {
                JailLog.ObserverFailed(_logger, error);
            }
        }

        Changed?.Invoke();
    }

    private static string OneLine(string reason) =>
        string.Create(Math.Min(reason.Length, 256), reason, static (span, text) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsControl(text[i]) ? ' ' : text[i];
        });
}
