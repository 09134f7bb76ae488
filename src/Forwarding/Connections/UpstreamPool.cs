using System.Net.Sockets;
using Weir.Forwarding.Slots;

namespace Weir.Forwarding.Connections;

/// <summary>
/// The connections to one server: idle ones on a shelf per loop, all of them bounded by the server's <see cref="ConnectionGate"/>.
/// A request takes an idle one of its own loop, opens one while the bound allows, then takes an idle one of another loop, then
/// waits at the gate.
/// </summary>
internal sealed class UpstreamPool
{
    private readonly ServerSlots _server;
    private readonly UpstreamTarget _target;
    private readonly IUpstreamConnector _connector;
    private readonly TimeProvider _clock;
    private readonly Shelf[] _shelves;
    private readonly Lock _lock = new();
    private readonly HashSet<UpstreamConnection> _open = [];
    private bool _isRetired;
    private int _opening;

    public UpstreamPool(ServerSlots server, UpstreamPoolKey key, UpstreamTarget target, IUpstreamConnector connector, TimeProvider clock)
    {
        (_server, Key, _target, _connector, _clock) = (server, key, target, connector, clock);
        _shelves = [.. Enumerable.Range(0, Math.Max(1, connector.Loops)).Select(_ => new Shelf())];
    }

    public ServerSlots Server => _server;

    public UpstreamPoolKey Key { get; }

    /// <summary>Idle connections, of all loops.</summary>
    public int Idle => _shelves.Sum(s => s.Count);

    /// <summary>Open connections of this pool, active and idle.</summary>
    public int Open
    {
        get
        {
            lock (_lock)
                return _open.Count;
        }
    }

    /// <summary>True while a connection is open or about to be.</summary>
    public bool IsInUse => Volatile.Read(ref _opening) > 0 || Open > 0;

    /// <summary>An idle connection of this loop that is still good; null when there is none.</summary>
    /// <param name="loop">The request's loop.</param>
    /// <param name="mayRepeat">False for a request that may not be sent twice.</param>
    public UpstreamConnection? TryRent(int loop, bool mayRepeat)
    {
        var rules = _server.ConnectionRules;
        var now = _clock.GetTimestamp();
        while (Take(_shelves[loop], rules, now, mayRepeat) is { } connection)
        {
            if (Begin(connection, rules, now))
                return connection;
        }

        return null;
    }

    /// <summary>A connection, opened if there must be.</summary>
    /// <param name="loop">The request's loop.</param>
    /// <param name="mayRepeat">False for a request that may not be sent twice.</param>
    /// <param name="mustBeFresh">True never gives a used one.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="ConnectionGateException">No connection came free in time.</exception>
    /// <exception cref="SocketException">The server cannot be connected to.</exception>
    /// <exception cref="TimeoutException">It did not answer the attempt in time.</exception>
    public async ValueTask<UpstreamConnection> RentAsync(int loop, bool mayRepeat, bool mustBeFresh, CancellationToken cancel)
    {
        var gate = _server.Connections;
        // At its own bound an idle one of another loop is better than one more: event closes connections that it has no worker for.
        if (!mustBeFresh && gate.Open >= gate.Bound && Steal(loop, mayRepeat) is { } idle)
            return idle;
        if (!gate.TryEnter())
        {
            if (!mustBeFresh && Steal(loop, mayRepeat) is { } stolen)
                return stolen;
            // An idle connection that cannot serve this request gives its seat to one that can.
            if (!((CloseOneIdle() || Array.Exists(_server.Pools, static p => p.CloseOneIdle())) && gate.TryEnter()))
                await gate.EnterAsync(cancel);
        }

        return await OpenAsync(loop, cancel);
    }

    /// <summary>Gives a connection back for others; its answer was read to the end and nothing is left on it.</summary>
    public void Return(UpstreamConnection connection)
    {
        connection.ReleaseBuffer();
        var rules = _server.ConnectionRules;
        if (!connection.ClearDeadline()
            || connection.IsClosed
            || rules.IdleTimeout <= TimeSpan.Zero
            || (rules.MaxRequests > 0 && connection.Requests >= rules.MaxRequests)
            || _server.Connections.MustShrink)
        {
            connection.Close();
            return;
        }

        connection.IdleSince = _clock.GetTimestamp();
        connection.StartIdle();
        var shelf = _shelves[connection.Loop];
        shelf.Push(connection);
        // The server's close, or the pool's end, may have come before it stood on the shelf, where nobody found it.
        if ((connection.IsGone || Volatile.Read(ref _isRetired)) && shelf.Remove(connection))
            connection.Close();
    }

    /// <summary>Called by a connection that closed.</summary>
    public void Closed(UpstreamConnection connection)
    {
        lock (_lock)
            _open.Remove(connection);
        _server.Connections.Leave();
    }

    /// <summary>Called by an idle connection whose server closed or sent something that nobody asked for.</summary>
    public void Gone(UpstreamConnection connection)
    {
        connection.IsGone = true;
        if (_shelves[connection.Loop].Remove(connection))
            connection.Close();
    }

    /// <summary>Closes what has been idle for too long, what is above the bound, and what ran out of time. Called a few times a second.</summary>
    public void Sweep()
    {
        var now = _clock.GetTimestamp();
        var rules = _server.ConnectionRules;
        var oldest = now - ToTimestamp(rules.IdleTimeout);
        // Above the server's own bound only while requests need them: event closes readable connections that it has no worker for.
        var excess = _server.Connections.Open - _server.Connections.Bound;
        var settled = now - ToTimestamp(ConnectionRules.JustUsed);
        foreach (var shelf in _shelves)
        {
            while (shelf.TakeOldest(oldest) is { } old)
                old.Close();
            for (; excess > 0 && shelf.TakeOldest(settled) is { } surplus; excess--)
                surplus.Close();
        }

        UpstreamConnection[] late;
        lock (_lock)
            late = [.. _open.Where(c => c.Deadline < now)];
        foreach (var connection in late)
            connection.Expire(now);
    }

    /// <summary>Closes every idle connection; those in use close when they are given back. For good.</summary>
    public void Retire()
    {
        Volatile.Write(ref _isRetired, true);
        foreach (var shelf in _shelves)
        {
            while (shelf.Pop() is { } connection)
                connection.Close();
        }
    }

    /// <summary>Closes the idle connection that has been so the longest; false when there is none.</summary>
    public bool CloseOneIdle()
    {
        foreach (var shelf in _shelves)
        {
            if (shelf.TakeOldest(long.MaxValue) is { } connection)
            {
                connection.Close();
                return true;
            }
        }

        return false;
    }

    private UpstreamConnection? Steal(int loop, bool mayRepeat)
    {
        for (var i = 0; i < _shelves.Length; i++)
        {
            if (TryRent((loop + i) % _shelves.Length, mayRepeat) is { } connection)
                return connection;
        }

        return null;
    }

    private UpstreamConnection? Take(Shelf shelf, ConnectionRules rules, long now, bool mayRepeat) =>
        mayRepeat || !rules.ClosesUnanswered ? shelf.Pop() : shelf.PopUsedSince(now - ToTimestamp(rules.FreshFor));

    private bool Begin(UpstreamConnection connection, ConnectionRules rules, long now)
    {
        if (connection.EndIdle() && connection.IdleSince >= now - ToTimestamp(rules.IdleTimeout))
        {
            connection.Requests++;
            return true;
        }

        connection.Close();
        return false;
    }

    private async ValueTask<UpstreamConnection> OpenAsync(int loop, CancellationToken cancel)
    {
        Interlocked.Increment(ref _opening);
        try
        {
            var channel = await _target.ConnectAsync(_connector, loop, cancel);
            var connection = new UpstreamConnection(channel, this, loop, _clock.GetTimestamp()) { Requests = 1, Deadline = long.MaxValue };
            lock (_lock)
                _open.Add(connection);
            return connection;
        }
        catch
        {
            _server.Connections.Leave();
            throw;
        }
        finally
        {
            Interlocked.Decrement(ref _opening);
        }
    }

    private long ToTimestamp(TimeSpan time) => (long)(time.TotalSeconds * _clock.TimestampFrequency);
}
