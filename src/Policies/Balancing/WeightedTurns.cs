using Weir.Forwarding.Slots;

namespace Weir.Policies.Balancing;

/// <summary>
/// Whose turn it is. Each server's next turn stands on a line of virtual time, 1/weight apart, and the earliest one is next
/// (stride scheduling, Waldspurger and Weihl 1995). nginx adds up all weights at every pick, O(n); the heap makes it O(log n).
/// </summary>
internal sealed class WeightedTurns
{
    /// <summary>Full servers passed over before all are looked at.</summary>
    private const int SkipsBeforeScan = 8;

    private readonly Lock _lock = new();
    private readonly ServerMember[] _members;
    private readonly double[] _turn;
    private readonly int[] _heap;
    private readonly int _first;
    private double _now;

    public WeightedTurns(ServerMember[] members)
    {
        _members = members;
        _turn = new double[members.Length];
        _heap = new int[members.Length];
        // Replicas that start together must not all begin with the same server.
        _first = members.Length == 0 ? 0 : Random.Shared.Next(members.Length);
        for (var i = 0; i < members.Length; i++)
        {
            // Half a stride in, the turns of one server lie in the middle of its share and not all at the end of the round.
            _turn[i] = 0.5 / Weights.Of(members[i]);
            _heap[i] = i;
        }

        for (var position = (members.Length / 2) - 1; position >= 0; position--)
            SiftDown(position);
    }

    /// <summary>The next server with room; null when none has any. A full server loses its turn and saves up nothing.</summary>
    public ServerMember? Next()
    {
        if (_members.Length == 0)
            return null;
        lock (_lock)
        {
            for (var skips = 0; skips < SkipsBeforeScan; skips++)
            {
                var member = _members[_heap[0]];
                var room = member.Slots.HasRoom;
                Advance(0, room);
                if (room)
                    return member;
            }

            return Scan();
        }
    }

    private ServerMember? Scan()
    {
        var best = -1;
        for (var position = 0; position < _heap.Length; position++)
        {
            if (_members[_heap[position]].Slots.HasRoom && (best < 0 || Before(_heap[position], _heap[best])))
                best = position;
        }

        if (best < 0)
            return null;
        var member = _members[_heap[best]];
        Advance(best, taken: true);
        return member;
    }

    private void Advance(int position, bool taken)
    {
        var server = _heap[position];
        var at = Math.Max(_turn[server], _now);
        if (taken)
            _now = at;
        _turn[server] = at + (1 / Weights.Of(_members[server]));
        SiftDown(position);
    }

    private void SiftDown(int position)
    {
        while (true)
        {
            var child = (2 * position) + 1;
            if (child >= _heap.Length)
                return;
            if (child + 1 < _heap.Length && Before(_heap[child + 1], _heap[child]))
                child++;
            if (!Before(_heap[child], _heap[position]))
                return;
            (_heap[position], _heap[child]) = (_heap[child], _heap[position]);
            position = child;
        }
    }

    private bool Before(int a, int b)
    {
        var difference = _turn[a] - _turn[b];
        return difference < 0 || (difference == 0 && Rank(a) < Rank(b));
    }

    private int Rank(int server) => server >= _first ? server - _first : server - _first + _members.Length;
}
