using Weir.Forwarding.Connections;

namespace Weir.Forwarding.Slots;

/// <summary>
/// The slots of one upstream server, shared by every cluster that names the same address. All members are safe for
/// concurrent use; taking and giving back a slot neither locks nor allocates.
/// </summary>
public sealed class ServerSlots
{
    private readonly Lock _limitLock = new();
    private ISlotObserver[] _observers = [];
    private int _inFlight;
    private int _limit;
    private int _farmLimit;
    private double _startFraction = 1;
    private ServerMode _mode;
    private int _ceiling;
    private int _nextObserver;
    private int _clusters;
    private bool _wasMember;
    private ConnectionRules _connectionRules = ConnectionRules.Unknown;
    private UpstreamPool[] _pools = [];

    /// <param name="address">Canonical <c>scheme://host:port</c>.</param>
    /// <param name="limit">Slots until the farm feed says better; 1 or more.</param>
    public ServerSlots(string address, int limit)
    {
        ArgumentException.ThrowIfNullOrEmpty(address);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        Address = address;
        IsTls = address.StartsWith("https:", StringComparison.Ordinal);
        _farmLimit = limit;
        _limit = limit;
        _ceiling = limit;
        Connections = new ConnectionGate(this);
    }

    /// <summary>Canonical <c>scheme://host:port</c>.</summary>
    public string Address { get; }

    /// <summary>True for https.</summary>
    public bool IsTls { get; }

    /// <summary>Slots open to new work now: the farm's limit after slow start, 0 in maintenance.</summary>
    public int Limit => Volatile.Read(ref _limit);

    /// <summary>The limit that the farm feed set last, before slow start and mode.</summary>
    public int FarmLimit => Volatile.Read(ref _farmLimit);

    /// <summary>Requests that hold a slot now. May exceed <see cref="Limit"/> for a while after the limit fell.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>True when the server takes new work and has a free slot at this instant.</summary>
    public bool HasRoom => _mode == ServerMode.Ready && !Health.IsEjected && InFlight < Limit;

    /// <summary>The limit that the server will reach once it has grown (cold farm) and slow start is over.</summary>
    public int Ceiling => Volatile.Read(ref _ceiling);

    /// <summary>The connections to the server, active and idle, and their bound.</summary>
    public ConnectionGate Connections { get; }

    /// <summary>How connections to the server are kept; set by the farm feed.</summary>
    public ConnectionRules ConnectionRules
    {
        get => Volatile.Read(ref _connectionRules);
        set => Volatile.Write(ref _connectionRules, value);
    }

    /// <summary>Connections to the server that carry no request.</summary>
    public int IdleConnections => Pools.Sum(p => p.Idle);

    /// <summary>The pools of connections to the server: one for plain TCP or for each way of TLS. Kept by <see cref="UpstreamPools"/>.</summary>
    internal UpstreamPool[] Pools
    {
        get => Volatile.Read(ref _pools);
        set => Volatile.Write(ref _pools, value);
    }

    /// <summary>Latency, failures and ejection as seen by this gateway.</summary>
    public ServerHealth Health { get; } = new();

    /// <summary>What an operator asked of this server.</summary>
    public ServerMode Mode
    {
        get => _mode;
        set => Change(() => _mode = value);
    }

    /// <summary>Share of the farm's limit that is open during slow start, in (0, 1]; 1 when it is over.</summary>
    public double StartFraction
    {
        get => _startFraction;
        set => Change(() => _startFraction = Math.Clamp(value, 0.001, 1));
    }

    /// <summary>Sets the farm's limit; fewer than the requests in flight only stops new ones.</summary>
    /// <param name="limit">Slots, 0 or more.</param>
    /// <param name="openConnections">Most open connections, 1 or more; null leaves it as it is.</param>
    /// <param name="ceiling">What the limit will grow to while a cold farm starts its processes; null means that it has grown.</param>
    public void SetFarmLimit(int limit, int? openConnections = null, int? ceiling = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        if (openConnections is { } open && open != Connections.Bound)
            Connections.Bound = open;
        if (limit == FarmLimit && Math.Max(limit, ceiling ?? limit) == Ceiling)
            return;
        Change(() =>
        {
            _farmLimit = limit;
            _ceiling = Math.Max(limit, ceiling ?? limit);
        });
    }

    /// <summary>
    /// Takes a slot if one is free. Looks at the limit only: a session pinned to a draining server still gets one.
    /// </summary>
    public bool TryAcquire(out Slot slot)
    {
        var seen = Volatile.Read(ref _inFlight);
        while (seen < Volatile.Read(ref _limit))
        {
            var before = Interlocked.CompareExchange(ref _inFlight, seen + 1, seen);
            if (before == seen)
            {
                slot = new Slot(this);
                return true;
            }

            seen = before;
        }

        slot = default;
        return false;
    }

    internal void Release()
    {
        var left = Interlocked.Decrement(ref _inFlight);
        if (left < 0)
            throw new InvalidOperationException($"A slot of {Address} was given back twice.");
        Notify();
    }

    /// <summary>A cluster has the server among its healthy members from now on.</summary>
    /// <param name="isNewcomer">True when the cluster was running without it.</param>
    /// <returns>True when no other cluster had it and it was away, or is new: it should start slowly.</returns>
    internal bool JoinCluster(bool isNewcomer)
    {
        lock (_limitLock)
        {
            var startsSlowly = _clusters++ == 0 && (_wasMember || isNewcomer);
            _wasMember = true;
            return startsSlowly;
        }
    }

    internal void LeaveCluster()
    {
        lock (_limitLock)
            _clusters--;
    }

    /// <summary>Ends an ejection and wakes whoever waits.</summary>
    internal void Readmit()
    {
        Health.Readmit();
        Notify();
    }

    internal void Subscribe(ISlotObserver observer)
    {
        lock (_limitLock)
        {
            if (!_observers.Contains(observer))
                _observers = [.. _observers, observer];
        }
    }

    internal void Unsubscribe(ISlotObserver observer)
    {
        lock (_limitLock)
            _observers = [.. _observers.Where(o => o != observer)];
    }

    private void Change(Action change)
    {
        lock (_limitLock)
        {
            change();
            var limit = _mode == ServerMode.Maintenance ? 0
                : _farmLimit == 0 ? 0
                : Math.Max(1, (int)(_farmLimit * _startFraction));
            Volatile.Write(ref _limit, limit);
        }

        Connections.Admit();
        Notify();
    }

    private void Notify()
    {
        var observers = Volatile.Read(ref _observers);
        if (observers.Length == 0)
            return;
        // Clusters that share the server take turns at being asked first.
        var first = observers.Length == 1 ? 0 : (int)((uint)Interlocked.Increment(ref _nextObserver) % (uint)observers.Length);
        for (var i = 0; i < observers.Length; i++)
            observers[(first + i) % observers.Length].RoomMayHaveGrown(this);
    }
}
