using System.Collections.Concurrent;
using System.Net;
using Weir.Policies.Contracts;

namespace Weir.Policies.Jail.Bans;

/// <summary>
/// Bans by network. A look-up costs one probe of a hash table for each length of prefix in use: one when nothing but clients
/// is banned. Readers take no lock and allocate nothing; writers come one at a time.
/// </summary>
internal sealed class BanTable
{
    private readonly ConcurrentDictionary<NetworkKey, Ban> _bans = new();
    private readonly int[] _v4 = new int[129];
    private readonly int[] _v6 = new int[129];
    private volatile byte[] _v4Lengths = [];
    private volatile byte[] _v6Lengths = [];
    private volatile int _count;
    private int _v4Count;

    public int Count => _count;

    /// <summary>Bans of one family. For writers.</summary>
    public int CountOf(bool isV4) => isV4 ? _v4Count : _count - _v4Count;

    /// <summary>The ban with the longest prefix that has not ended; null for none.</summary>
    /// <param name="time">Asked only when a ban that ends is found.</param>
    public Ban? Find(IPAddress? address, TimeProvider time)
    {
        if (_count == 0 || !NetworkKey.TryOf(address, out var whole))
            return null;
        foreach (var length in whole.IsV4 ? _v4Lengths : _v6Lengths)
        {
            // An ended one may still lie here: it must not hide a longer lasting one of a network around it.
            if (_bans.TryGetValue(whole.Masked(length), out var ban) && (ban.Until is not { } until || until > time.GetUtcNow()))
                return ban;
        }

        return null;
    }

    public Ban? Get(NetworkKey network) => _bans.GetValueOrDefault(network);

    /// <summary>Adds or replaces.</summary>
    public void Set(NetworkKey network, Ban ban)
    {
        var isNew = !_bans.ContainsKey(network);
        _bans[network] = ban;
        if (!isNew)
            return;
        _count++;
        _v4Count += network.IsV4 ? 1 : 0;
        if (Lengths(network)[network.Length]++ == 0)
            Publish(network.IsV4);
    }

    public Ban? Remove(NetworkKey network)
    {
        if (!_bans.TryRemove(network, out var ban))
            return null;
        _count--;
        _v4Count -= network.IsV4 ? 1 : 0;
        if (--Lengths(network)[network.Length] == 0)
            Publish(network.IsV4);
        return ban;
    }

    /// <summary>All, in no order, without a lock: what changes meanwhile may be in it or not.</summary>
    public IEnumerable<Ban> Bans => _bans.Select(b => b.Value);

    /// <summary>A copy in no order.</summary>
    public KeyValuePair<NetworkKey, Ban>[] ToArray() => _bans.ToArray();

    private int[] Lengths(NetworkKey network) => network.IsV4 ? _v4 : _v6;

    // Longest first: the ban of the client itself is told before that of a network around it.
    private void Publish(bool isV4)
    {
        var lengths = Enumerable.Range(0, 129).Where(l => (isV4 ? _v4 : _v6)[l] > 0).Select(l => (byte)l).Reverse().ToArray();
        if (isV4)
            _v4Lengths = lengths;
        else
            _v6Lengths = lengths;
    }
}
