using System.Collections.Concurrent;
using System.Net;
using Weir.Policies.Contracts;

namespace Weir.Policies.Tests.State;

/// <summary>A list of bans as the contract has it, with observers called on the changing thread.</summary>
internal sealed class ListedBans : IBans
{
    private readonly ConcurrentDictionary<IPNetwork, Ban> _bans = new();
    private int _added;
    private int _listed;

    /// <summary>Bans added or changed so far.</summary>
    public int Added => Volatile.Read(ref _added);

    /// <summary>Copies made so far.</summary>
    public int Listed => Volatile.Read(ref _listed);

    public IBanObserver? Observer { get; set; }

    public string? Refusal { get; set; }

    public int Count => _bans.Count;

    public Ban? Find(IPAddress? address) => address is null ? null : _bans.Values.Where(b => b.Network.Contains(address)).MaxBy(b => b.Network.PrefixLength);

    public string? Add(Ban ban)
    {
        if (Refusal is not null)
            return Refusal;
        if (_bans.TryGetValue(ban.Network, out var old) && (old.Until ?? DateTimeOffset.MaxValue) >= (ban.Until ?? DateTimeOffset.MaxValue))
            return null;
        _bans[ban.Network] = ban;
        Interlocked.Increment(ref _added);
        Observer?.OnChange(BanChangeKind.Added, ban);
        return null;
    }

    public Ban? Remove(IPNetwork network, BanOrigin by)
    {
        if (!_bans.TryRemove(network, out var ban))
            return null;
        Observer?.OnChange(BanChangeKind.Removed, ban with { Origin = by });
        return ban;
    }

    public IReadOnlyList<Ban> List()
    {
        Interlocked.Increment(ref _listed);
        return [.. _bans.Values];
    }
}
