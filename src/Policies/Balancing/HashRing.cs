using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Weir.Forwarding.Slots;

namespace Weir.Policies.Balancing;

/// <summary>
/// Servers on a ring (ketama): each at many points, a key belongs to the next point clockwise. A server that comes or goes
/// moves only the keys between its points and their predecessors, about 1/n of all.
/// </summary>
internal sealed class HashRing
{
    /// <summary>Points of a server per unit of weight, as nginx's <c>hash consistent</c>; 160 keep the shares within about 10 %.</summary>
    private const int PointsPerWeight = 160;

    /// <summary>Most points of a ring: 12 bytes each, so 3 MB. Larger sums of weights get proportionally fewer points each.</summary>
    private const int MostPoints = 1 << 18;

    private readonly ulong[] _points;
    private readonly int[] _owners;

    public HashRing(ServerMember[] members)
    {
        // Not the limit: it moves with the farm, and every move would move keys. Bounded load and HasRoom keep to the limit.
        var weights = members.Sum(m => (long)(m.Weight ?? 1));
        var each = Math.Min(PointsPerWeight, (double)MostPoints / Math.Max(1, weights));
        var counts = Array.ConvertAll(members, m => Math.Max(1, (int)Math.Round((m.Weight ?? 1) * each)));

        _points = new ulong[counts.Sum()];
        _owners = new int[_points.Length];
        Span<byte> number = stackalloc byte[sizeof(int)];
        var next = 0;
        for (var member = 0; member < members.Length; member++)
        {
            // The address alone, so that every replica and every restart builds the same ring.
            var seed = (long)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(members[member].Slots.Address));
            for (var point = 0; point < counts[member]; point++, next++)
            {
                BinaryPrimitives.WriteInt32LittleEndian(number, point);
                _points[next] = XxHash3.HashToUInt64(number, seed);
                _owners[next] = member;
            }
        }

        Array.Sort(_points, _owners);
    }

    /// <summary>Points on the ring; 0 only for a cluster without servers.</summary>
    public int Length => _points.Length;

    /// <summary>Index of the first point at or after a key's place.</summary>
    public int Find(ulong place)
    {
        var at = Array.BinarySearch(_points, place);
        at = at < 0 ? ~at : at;
        return at == _points.Length ? 0 : at;
    }

    /// <summary>The member at a point, counted on clockwise past the end.</summary>
    public int Owner(int point) => _owners[point % _owners.Length];
}
