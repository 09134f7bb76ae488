using System.Net;
using Weir.Policies.Contracts;

namespace Weir.Gateway.Tests.Listeners;

/// <summary>Bans without a jail.</summary>
internal sealed class Bans : IBans
{
    private readonly List<Ban> _all = [];

    public int Count => _all.Count;

    public Ban? Find(IPAddress? address) => address is null ? null : _all.Find(b => b.Network.Contains(address));

    public string? Add(Ban ban)
    {
        _all.Add(ban);
        return null;
    }

    public void Add(string network) =>
        Add(new Ban(IPNetwork.Parse(network), "manual", "test", DateTimeOffset.UnixEpoch, null, 1, BanOrigin.Operator, IsDirect: true));

    public Ban? Remove(IPNetwork network, BanOrigin by)
    {
        var ban = _all.Find(b => b.Network.Equals(network));
        if (ban is not null)
            _all.Remove(ban);
        return ban;
    }

    public IReadOnlyList<Ban> List() => _all;
}
