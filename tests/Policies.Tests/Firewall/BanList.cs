using System.Net;
using Weir.Policies.Contracts;

namespace Weir.Policies.Tests.Firewall;

/// <summary>A list of bans without jails and rules: what the tests of its observers put in is in it.</summary>
internal sealed class BanList(TimeProvider time) : IBans
{
    private readonly Lock _lock = new();
    private readonly List<Ban> _bans = [];

    /// <summary>Who hears of changes; set before the first.</summary>
    public IReadOnlyList<IBanObserver> Observers { get; set; } = [];

    public int Count => List().Count;

    /// <summary>A ban as a jail makes it.</summary>
    public static Ban Ban(string network, DateTimeOffset from, TimeSpan? length, bool isDirect = true, string reason = "too many requests") =>
        new(IPNetwork.Parse(network), "test", reason, from, from + length, 1, BanOrigin.Jail, isDirect);

    /// <summary>Bans a network from now on.</summary>
    public void Add(string network, TimeSpan? length, bool isDirect = true) => Add(Ban(network, time.GetUtcNow(), length, isDirect));

    public void Remove(string network) => Remove(IPNetwork.Parse(network), BanOrigin.Operator);

    public string? Add(Ban ban)
    {
        lock (_lock)
        {
            _bans.RemoveAll(b => b.Network.Equals(ban.Network));
            _bans.Insert(0, ban);
            foreach (var observer in Observers)
                observer.OnChange(BanChangeKind.Added, ban);
        }

        return null;
    }

    public Ban? Find(IPAddress? address) => address is null ? null : List().FirstOrDefault(b => b.Network.Contains(address));

    public Ban? Remove(IPNetwork network, BanOrigin by)
    {
        lock (_lock)
        {
            var found = _bans.Find(b => b.Network.Equals(network));
            if (found is null)
                return null;
            _bans.Remove(found);
            foreach (var observer in Observers)
                observer.OnChange(BanChangeKind.Removed, found);
            return found;
        }
    }

    public IReadOnlyList<Ban> List()
    {
        var now = time.GetUtcNow();
        lock (_lock)
            return [.. _bans.Where(b => b.Until is null || b.Until > now)];
    }
}
