namespace Weir.Policies.ClientAddress;

/// <summary>Networks that are only asked whether they contain an address: ranges in order, joined where they touch. Does not allocate when asked.</summary>
internal sealed class NetworkSet
{
    private readonly UInt128[] _first;
    private readonly UInt128[] _last;

    public NetworkSet(IEnumerable<PlainNetwork> networks)
    {
        var first = new List<UInt128>();
        var last = new List<UInt128>();
        foreach (var network in networks.OrderBy(n => n.First))
        {
            if (last.Count == 0 || network.First > last[^1])
            {
                first.Add(network.First);
                last.Add(network.Last);
            }
            else if (network.Last > last[^1])
            {
                last[^1] = network.Last;
            }
        }

        _first = [.. first];
        _last = [.. last];
    }

    public bool IsEmpty => _first.Length == 0;

    public bool Overlaps(PlainNetwork network)
    {
        for (var i = 0; i < _first.Length; i++)
        {
            if (_first[i] <= network.Last && network.First <= _last[i])
                return true;
        }

        return false;
    }

    public bool Contains(PlainAddress address)
    {
        var low = 0;
        var high = _first.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (address.Bits < _first[middle])
                high = middle - 1;
            else if (address.Bits > _last[middle])
                low = middle + 1;
            else
                return true;
        }

        return false;
    }
}
