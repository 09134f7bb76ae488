namespace Weir.Forwarding.Slots;

/// <summary>
/// Counts the connections to one server and holds back new ones above the bound: on prefork and worker an idle connection
/// keeps a worker, so connections, not only requests, must stay within the limit. As many as the server's slots are
/// always allowed, or a granted slot could not be used.
/// </summary>
public sealed class ConnectionGate
{
    /// <summary>Connection attempts that may wait at once; a further one fails, and its request is tried elsewhere.</summary>
    public const int MaxWaiting = 1024;

    /// <summary>Longest wait for a connection of another pool to close: their idle time and a little.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(6);

    private readonly ServerSlots _server;
    private readonly Lock _lock = new();
    private readonly LinkedList<TaskCompletionSource> _waiting = new();
    private int _open;
    private int _waitingCount;
    private int _bound = int.MaxValue;

    internal ConnectionGate(ServerSlots server) => _server = server;

    /// <summary>Connections open, active and idle.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Most connections that may be open: the bound, but never fewer than the server's slots.</summary>
    public int Limit => Math.Max(Bound, _server.Limit);

    /// <summary>The bound that the farm feed set; 1 or more.</summary>
    internal int Bound
    {
        get => Volatile.Read(ref _bound);
        set
        {
            Volatile.Write(ref _bound, Math.Max(1, value));
            Admit();
        }
    }

    /// <summary>True when a connection that is not needed should close: others wait for its seat, or more are open than may be.</summary>
    internal bool MustShrink => Volatile.Read(ref _waitingCount) > 0 || Open > Limit;

    /// <summary>Counts a connection if it may be opened at once.</summary>
    internal bool TryEnter()
    {
        lock (_lock)
        {
            if (_open >= Limit)
                return false;
            _open++;
            return true;
        }
    }

    /// <summary>Ends when a connection may be opened, and counts it.</summary>
    /// <exception cref="ConnectionGateException">Too many attempts wait, or this one waited <see cref="MaxWait"/>.</exception>
    internal async ValueTask EnterAsync(CancellationToken cancel)
    {
        LinkedListNode<TaskCompletionSource> node;
        lock (_lock)
        {
            if (_open < Limit)
            {
                _open++;
                return;
            }

            if (_waiting.Count >= MaxWaiting)
                throw new ConnectionGateException($"{MaxWaiting} connections to {_server.Address} wait already.");
            node = _waiting.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            _waitingCount++;
        }

        try
        {
            await node.Value.Task.WaitAsync(MaxWait, cancel);
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException)
        {
            bool admitted;
            lock (_lock)
            {
                admitted = node.List is null;
                if (!admitted)
                {
                    _waiting.Remove(node);
                    _waitingCount--;
                }
            }

            // Admitted in the same instant: give it on.
            if (admitted)
                Leave();
            if (e is TimeoutException)
                throw new ConnectionGateException($"No connection to {_server.Address} came free within {MaxWait.TotalSeconds} s.");
            throw;
        }
    }

    internal void Leave()
    {
        lock (_lock)
            _open--;
        Admit();
    }

    internal void Admit()
    {
        lock (_lock)
        {
            while (_open < Limit && _waiting.First is { } first)
            {
                _waiting.RemoveFirst();
                _waitingCount--;
                _open++;
                first.Value.SetResult();
            }
        }
    }
}
