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
    private int _openConnections;
    private int _openConnectionLimit = int.MaxValue;

    /// <param name="address">Canonical <c>scheme://host:port</c>.</param>
    /// <param name="limit">Slots until the farm feed says better; 1 or more.</param>
    public ServerSlots(string address, int limit)
    {
        ArgumentException.ThrowIfNullOrEmpty(address);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        Address = address;
        _farmLimit = limit;
        _limit = limit;
    }

    /// <summary>Canonical <c>scheme://host:port</c>.</summary>
    public string Address { get; }

    /// <summary>Slots open to new work now: the farm's limit after slow start, 0 in maintenance.</summary>
    public int Limit => Volatile.Read(ref _limit);

    /// <summary>The limit that the farm feed set last, before slow start and mode.</summary>
    public int FarmLimit => Volatile.Read(ref _farmLimit);

    /// <summary>Requests that hold a slot now. May exceed <see cref="Limit"/> for a while after the limit fell.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>True when the server takes new work and has a free slot at this instant.</summary>
    public bool HasRoom => _mode == ServerMode.Ready && !Health.IsEjected && InFlight < Limit;

    /// <summary>Connections open to the server, active and idle.</summary>
    public int OpenConnections => Volatile.Read(ref _openConnections);

    /// <summary>Most connections that may be open to the server, active and idle.</summary>
    public int OpenConnectionLimit => Volatile.Read(ref _openConnectionLimit);

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
    public void SetFarmLimit(int limit, int? openConnections = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        Change(() =>
        {
            _farmLimit = limit;
            if (openConnections is { } open)
                _openConnectionLimit = Math.Max(1, open);
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

    internal void ConnectionOpened() => Interlocked.Increment(ref _openConnections);

    internal void ConnectionClosed() => Interlocked.Decrement(ref _openConnections);

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

        Notify();
    }

    private void Notify()
    {
        foreach (var observer in Volatile.Read(ref _observers))
            observer.RoomMayHaveGrown(this);
    }
}
