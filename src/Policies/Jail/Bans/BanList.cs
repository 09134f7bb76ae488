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

    /// <summary>Shortest prefix of IPv4 that is banned: also what replicas and the kernel's enforcer take.</summary>
    private const int LeastV4 = 8;

    /// <summary>Likewise of IPv6.</summary>
    private const int LeastV6 = 16;

    /// <summary>What another replica says of a ban's end is its own reckoning: as far apart as this it is the same end.</summary>
    private static readonly TimeSpan SameEnd = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LeastWait = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan MostWait = TimeSpan.FromHours(1);

    /// <summary>How often a full list is told of.</summary>
    private static readonly TimeSpan FullAgain = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly BanTable _table = new();
    private readonly ShardedHistory _history = new();
    private readonly BanEnds _ends;
    private readonly CurrentJail _jail;
    private readonly IClientRules _clients;
    private readonly TimeProvider _time;
    private readonly JailMetrics _metrics;
    private readonly ILogger _logger;
    private readonly Lazy<IBanObserver[]> _observers;
    private readonly ITimer _timer;
    private int _networks;
    private DateTimeOffset _toldFull = DateTimeOffset.MinValue;
    private DateTimeOffset _armed = DateTimeOffset.MaxValue;

    public BanList(CurrentJail jail, IClientRules clients, IServiceProvider services, TimeProvider time, JailMetrics metrics, ILogger<BanList> logger)
    {
        (_jail, _clients, _time, _metrics, _logger) = (jail, clients, time, metrics, logger);
        _ends = new BanEnds(_table);
        // Late: those who are told may want the list themselves.
        _observers = new Lazy<IBanObserver[]>(() => [.. services.GetServices<IBanObserver>()]);
        _timer = time.CreateTimer(_ => Expire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        jail.Changed += LetIgnoredGo;
        metrics.Watch(() => Count);
    }

    /// <summary>Raised under the lock after a change that is worth keeping.</summary>
    public event Action? Changed;

    public int Count => _table.Count;

    public Ban? Find(IPAddress? address) => _table.Find(address, _time);

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
    public int Earlier(IPNetwork network, string? jail) => _history.Of(KeyOf(network), jail);

    /// <summary>Bans and networks with a history, which a file of them has lines for.</summary>
    public int Lines => _table.Count + _history.Count;

    /// <summary>Everything that outlives a restart. Without the lock that requests wait for: what changes meanwhile raises <see cref="Changed"/>.</summary>
    public (List<Ban> Bans, List<HistoryRecord> History) Snapshot() =>
        ([.. _table.Bans], _history.List(_time.GetUtcNow() - _jail.Now.Remember));

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
            if (WhyNot(key, mayDisplace: countsIt) is var (tag, why))
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
            if (before is null)
                MakeRoom();
            if (before is null && IsLarger(key))
                _networks++;
            _table.Set(key, ban);
            _ends.Add(key, ban);
            Arm();
            if (countsIt)
            {
                _metrics.Banned(ban.Origin switch { BanOrigin.Operator => "manual", BanOrigin.Replica => "replica", _ => ban.Jail });
                JailLog.Banned(_logger, ban.Network, ban.Jail, ban.Until is null ? "for ever" : $"{ban.Until:u}", ban.Count, ban.Reason);
            }

            Tell(BanChangeKind.Added, ban);
            return null;
        }
    }

    private (string Tag, string Why)? WhyNot(NetworkKey key, bool mayDisplace)
    {
        var network = key.ToNetwork();
        var rules = _jail.Now;
        if (key.Length < (key.IsV4 ? 96 + LeastV4 : LeastV6))
            return ("wide", $"{network} is larger than any network that can be banned: /{LeastV4} of IPv4, /{LeastV6} of IPv6.");
        if (_clients.IsTrusted(network.BaseAddress) || _clients.HoldsTrusted(network))
            return ("trusted", $"{network} is, or has in it, a trusted proxy; a ban would shut out everybody who comes through it.");
        if (rules.Ignore.Overlap(key))
            return ("ignored", $"{network} is, or has in it, an address in {JailOptions.Section}:Ignore.");
        if (_table.Get(key) is not null)
            return null;
        if (IsLarger(key) && _networks >= rules.MaxNetworks)
        {
            TellFull();
            return ("full", $"{_networks} larger networks are banned, as many as {JailOptions.Section}:MaxNetworks allows.");
        }

        if (_table.Count >= rules.MaxBans && !(mayDisplace && _ends.TryFindYielding(out _)))
        {
            TellFull();
            return ("full", $"{rules.MaxBans} bans are in force, as many as {JailOptions.Section}:MaxBans allows.");
        }

        return null;
    }

    private void TellFull()
    {
        var now = _time.GetUtcNow();
        if (now - _toldFull < FullAgain)
            return;
        _toldFull = now;
        JailLog.Full(_logger);
    }

    // Whoever offends now is shut out, not whoever came first: else one who owns many addresses would switch the jail off. Two for
    // one, so that a bound that was made smaller holds again after a while.
    private void MakeRoom()
    {
        for (var i = 0; i < 2 && _table.Count >= _jail.Now.MaxBans && _ends.TryFindYielding(out var key); i++)
        {
            TellFull();
            var ban = Drop(key)!;
            _metrics.GaveWay();
            JailLog.GaveWay(_logger, ban.Network, ban.Jail);
            Tell(BanChangeKind.Expired, ban);
        }
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
        return ban;
    }

    private static bool EndsLater(DateTimeOffset? end, DateTimeOffset? than) => than is not null && (end is null || end > than);

    private void Arm()
    {
        if (!_ends.TryPeek(out var next))
            return;
        var now = _time.GetUtcNow();
        var wait = next - now;
        wait = wait < LeastWait ? LeastWait : wait > MostWait ? MostWait : wait;
        // Never later than it is set: under many new bans it would be put off for ever.
        if (now + wait >= _armed)
            return;
        _armed = now + wait;
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
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
                _armed = DateTimeOffset.MaxValue;
                for (var i = 0; i < ExpiredPerTurn && _ends.TryTake(now, out var key); i++)
                {
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
