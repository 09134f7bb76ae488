using Weir.Forwarding.Slots;

namespace Weir.Policies.Balancing;

/// <summary>
/// "Consistent Hashing with Bounded Loads" (Mirrokni, Thorup, Zadimoghaddam 2018; HAProxy's hash-balance-factor): no server may hold
/// more than factor times its share of what is in flight, rounded up.
/// </summary>
internal sealed class BoundedLoad
{
    /// <summary>Servers whose count is read anew at each pick: a small farm is always exact, 500 servers are at most 63 picks behind.</summary>
    private const int RefreshedPerPick = 8;

    private readonly ServerMember[] _members;
    private readonly double[] _share;
    private readonly int[] _counted;
    private long _total;
    private uint _next;

    public BoundedLoad(ServerMember[] members)
    {
        _members = members;
        _counted = new int[members.Length];
        var weights = members.Sum(m => (double)(m.Weight ?? 1));
        _share = Array.ConvertAll(members, m => (m.Weight ?? 1) / weights);
    }

    /// <summary>Requests in flight on all members, this one included.</summary>
    public long TotalWithNext()
    {
        var refresh = Math.Min(RefreshedPerPick, _members.Length);
        var from = Interlocked.Add(ref _next, (uint)refresh);
        for (var i = 0u; i < refresh; i++)
        {
            var index = (int)((from + i) % (uint)_members.Length);
            var now = _members[index].Slots.InFlight;
            // Exchange hands every count over exactly once, so racing picks never make the sum drift.
            var before = Interlocked.Exchange(ref _counted[index], now);
            if (now != before)
                Interlocked.Add(ref _total, now - before);
        }

        return Math.Max(0, Volatile.Read(ref _total)) + 1;
    }

    /// <summary>Whether a member may take one more.</summary>
    public bool Allows(int member, long total, double factor) =>
        _members[member].Slots.InFlight + 1 <= Math.Ceiling(factor * total * _share[member]);
}
