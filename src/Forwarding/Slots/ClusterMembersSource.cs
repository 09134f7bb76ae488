using Yarp.ReverseProxy.Model;

namespace Weir.Forwarding.Slots;

/// <summary>
/// A cluster's <see cref="ClusterMembers"/>, remade when YARP's set of available destinations changes (health, reload).
/// A server that comes back to every cluster that names it, or joins a running cluster as a new one, begins its slow start.
/// </summary>
internal sealed class ClusterMembersSource(ClusterState cluster, ServerDirectory servers, SlowStart slowStart)
{
    private readonly Lock _lock = new();
    private ClusterMembers? _current;

    /// <summary>Raised with the set before and the set now, once per change, under no lock of this class.</summary>
    public event Action<ClusterMembers?, ClusterMembers>? Changed;

    /// <summary>
    /// The members now; the same instance until the set changes. May call <see cref="Changed"/> and wake waiting lines, so
    /// it must not be read under a line's lock.
    /// </summary>
    public ClusterMembers Current
    {
        get
        {
            var available = cluster.DestinationsState.AvailableDestinations;
            var current = Volatile.Read(ref _current);
            return ReferenceEquals(current?.Available, available) ? current! : Remake();
        }
    }

    /// <summary>The members leave: the cluster is gone.</summary>
    public void Release()
    {
        foreach (var slots in Interlocked.Exchange(ref _current, null)?.Servers ?? [])
            slots.LeaveCluster();
    }

    private ClusterMembers Remake()
    {
        ClusterMembers? before;
        ClusterMembers now;
        lock (_lock)
        {
            var available = cluster.DestinationsState.AvailableDestinations;
            before = _current;
            if (ReferenceEquals(before?.Available, available))
                return before!;
            now = new ClusterMembers(cluster, available, servers);
            Volatile.Write(ref _current, now);
        }

        // Out of the lock: what follows wakes lines, which have locks of their own.
        foreach (var slots in now.Servers.Where(s => before?.Of(s) is null))
        {
            if (slots.JoinCluster(isNewcomer: before is not null))
                slowStart.Begin(slots);
        }

        foreach (var slots in (before?.Servers ?? []).Where(s => now.Of(s) is null))
            slots.LeaveCluster();
        Changed?.Invoke(before, now);
        return now;
    }
}
