using Microsoft.Extensions.Logging;

namespace Weir.Transport.Loops;

/// <summary>The event loops of the process. Each starts when its first socket or work arrives; all end with <see cref="Dispose"/>.</summary>
public sealed class EventLoops : IDisposable
{
    private readonly EventLoop[] _loops;
    private readonly LoopWatch _watch;
    private uint _next;

    internal EventLoops(TransportSettings settings, TransportMetrics metrics, TimeProvider time, ILogger<EventLoops> logger)
    {
        _loops = new EventLoop[settings.LoopCount];
        for (var i = 0; i < _loops.Length; i++)
            _loops[i] = new EventLoop(i, logger);
        _watch = new LoopWatch(_loops, settings.Stall, metrics, time, logger);
    }

    /// <summary>Number of loops; at least 1.</summary>
    public int Count => _loops.Length;

    public EventLoop this[int index] => _loops[index];

    /// <summary>The next loop in turn.</summary>
    public EventLoop Next() => _loops[(int)(Interlocked.Increment(ref _next) % (uint)_loops.Length)];

    /// <summary>Closes every socket and ends the threads. Idempotent.</summary>
    public void Dispose()
    {
        _watch.Dispose();
        foreach (var loop in _loops)
            loop.Stop();
    }
}
