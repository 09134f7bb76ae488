using System.Text;

namespace Weir.Stores.Memcached;

/// <summary>
/// Consistent hashing: each server has points on a ring of 64-bit numbers, as many as its weight asks for, and a key lies on the server
/// of the next point. A server more or less moves its own share only. The points come from the servers' names: every gateway with
/// the same servers finds the same, in whatever order they are listed.
/// </summary>
internal sealed class MemcachedRing
{
    /// <summary>For each unit of weight. The shares of equal servers then differ by less than a fifth or so.</summary>
    public const int PointsEach = 160;

    private readonly ulong[] _points;
    private readonly byte[] _servers;

    public MemcachedRing(IReadOnlyList<MemcachedEndpoint> servers)
    {
        var points = new SortedDictionary<ulong, (string Name, byte Server)>();
        for (var i = 0; i < servers.Count; i++)
        {
            var name = servers[i].ToString();
            for (var n = 0; n < servers[i].Weight * PointsEach; n++)
            {
                var point = Hash(Encoding.UTF8.GetBytes($"{name}#{n}"));
                // Two servers on one point: the lower name, so that the order of the list does not matter.
                if (!points.TryGetValue(point, out var other) || string.CompareOrdinal(name, other.Name) < 0)
                    points[point] = (name, (byte)i);
            }
        }

        _points = [.. points.Keys];
        _servers = [.. points.Values.Select(p => p.Server)];
    }

    /// <summary>Index of the key's server.</summary>
    public int Find(ReadOnlySpan<byte> key)
    {
        var at = Array.BinarySearch(_points, Hash(key));
        if (at < 0)
            at = ~at;
        return _servers[at == _points.Length ? 0 : at];
    }

    /// <summary>FNV-1a with a last mixing, so that names that differ in one digit lie far apart. Part of what decides where keys lie.</summary>
    internal static ulong Hash(ReadOnlySpan<byte> text)
    {
        var hash = 0xCBF2_9CE4_8422_2325UL;
        foreach (var b in text)
            hash = (hash ^ b) * 0x100_0000_01B3UL;
        hash = (hash ^ (hash >> 33)) * 0xFF51_AFD7_ED55_8CCDUL;
        hash = (hash ^ (hash >> 33)) * 0xC4CE_B9FE_1A85_EC53UL;
        return hash ^ (hash >> 33);
    }
}
