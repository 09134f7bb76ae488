using System.Buffers;
using Microsoft.Extensions.Logging;
using Weir.Transport.Loops;

namespace Weir.Transport.Server;

/// <summary>What all listeners and connections of the transport share.</summary>
internal sealed class TransportContext(
    TransportSettings settings, TransportMetrics metrics, EventLoops loops, MemoryPool<byte> memoryPool, TimeProvider time, ILogger logger,
    IAcceptFilter? filter)
{
    /// <summary>Connections that linger at once; the others are closed without. Each is a descriptor for up to a second.</summary>
    private const int MaxLingering = 256;

    private readonly Lock _lock = new();
    private readonly HashSet<Acceptor> _waiting = [];
    private int _open;
    private int _lingering;

    public TransportSettings Settings { get; } = settings;

    public TransportMetrics Metrics { get; } = metrics;

    public EventLoops Loops { get; } = loops;

    public MemoryPool<byte> MemoryPool { get; } = memoryPool;

    public TimeProvider Time { get; } = time;

    public ILogger Logger { get; } = logger;

    /// <summary>Whom to turn away; null for nobody.</summary>
    public IAcceptFilter? Filter { get; } = filter;

    /// <summary>Takes one of the connections that may be open. False: none left; the acceptor is woken when one closes.</summary>
    public bool TryOpen(Acceptor acceptor)
    {
        var max = Settings.MaxConnections;
        if (Interlocked.Increment(ref _open) <= max || max <= 0)
            return true;
        lock (_lock)
            _waiting.Add(acceptor);
        // Who closed before the acceptor was in the set has not seen it; after it, it will.
        if (Interlocked.Decrement(ref _open) >= max)
            return false;
        Wake();
        return false;
    }

    /// <summary>Gives back what <see cref="TryOpen"/> took, for a connection that did not come.</summary>
    public void Unopen()
    {
        Interlocked.Decrement(ref _open);
        Wake();
    }

    /// <summary>Takes one of the places for connections that linger; false when there is none.</summary>
    public bool TryLinger()
    {
        if (Interlocked.Increment(ref _lingering) <= MaxLingering)
            return true;
        EndLinger();
        return false;
    }

    public void EndLinger() => Interlocked.Decrement(ref _lingering);

    /// <summary>A connection has closed.</summary>
    public void OnClosed()
    {
        Metrics.Closed();
        Unopen();
    }

    /// <summary>The acceptor does not accept any more.</summary>
    public void Forget(Acceptor acceptor)
    {
        lock (_lock)
            _waiting.Remove(acceptor);
    }

    private void Wake()
    {
        if (Settings.MaxConnections <= 0)
            return;
        Acceptor[] waiting;
        lock (_lock)
        {
            if (_waiting.Count == 0)
                return;
            waiting = [.. _waiting];
            _waiting.Clear();
        }

        foreach (var acceptor in waiting)
            acceptor.Resume();
    }
}
