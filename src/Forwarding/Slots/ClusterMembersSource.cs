using Yarp.ReverseProxy.Model;

namespace Weir.Forwarding.Slots;

/// <summary>
/// A cluster's <see cref="ClusterMembers"/>, remade when YARP's set of available destinations changes (health, reload).
/// A server that comes back or is new begins its slow start; those of the first set have none.
/// </summary>
internal sealed class ClusterMembersSource(ClusterState cluster, ServerDirectory servers, SlowStart slowStart)
{
    private readonly Lock _lock = new();
    private ClusterMembers? _current;

    /// <summary>Raised with the set before and the set now, once per change, under a lock.</summary>
    public event Action<ClusterMembers?, ClusterMembers>? Changed;

    /// <summary>The members now; the same instance until the set changes.</summary>
    public ClusterMembers Current
    {
        get
        {
            var available = cluster.DestinationsState.AvailableDestinations;
            var current = Volatile.Read(ref _current);
            return ReferenceEquals(current?.Available, available) ? current! : Remake();
        }
    }

    private ClusterMembers Remake()
    {
        lock (_lock)
        {
            var available = cluster.DestinationsState.AvailableDestinations;
            var before = _current;
            if (ReferenceEquals(before?.Available, available))
                return before!;
            var now = new ClusterMembers(cluster, available, servers);
            if (before is { All.Length: > 0 })
            {
                foreach (var member in now.All.Where(m => before.Of(m.Slots) is null))
                    slowStart.Begin(member.Slots);
            }

            Volatile.Write(ref _current, now);
            Changed?.Invoke(before, now);
            return now;
        }
    }
}
