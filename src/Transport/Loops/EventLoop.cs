using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Weir.Transport.Native;

namespace Weir.Transport.Loops;

/// <summary>
/// One thread with one epoll instance. Sockets are registered once, edge-triggered; what waits for them continues inline on
/// this thread. Code that blocks here holds up every connection of the loop.
/// </summary>
public sealed unsafe class EventLoop
{
    /// <summary>
    /// System calls that one callback may make before it has to let the other connections of the loop have their turn: 64 reads
    /// of 4 KB and their answers take well under a millisecond.
    /// </summary>
    private const int TurnsPerCallback = 64;

    private const int EventsPerWait = 256;
    private const ulong WakeData = ulong.MaxValue;

    [ThreadStatic]
    private static EventLoop? _current;

    // Guards the table of handles, the queue and the life of the descriptors below.
    private readonly Lock _lock = new();
    private readonly ILogger _logger;
    private LoopHandle?[] _handles = new LoopHandle?[1024];
    private List<LoopWork> _queue = [];
    private List<LoopWork> _running = [];
    private Thread? _thread;
    private int _epoll = -1;
    private int _wake = -1;
    private int _signalled;
    private uint _generation;
    private long _callbacks;
    private int _turns;
    private bool _stopping;
    private bool _stopped;

    internal EventLoop(int index, ILogger logger)
    {
        Index = index;
        _logger = logger;
    }

    /// <summary>The loop whose thread this is; null on every other thread.</summary>
    public static EventLoop? Current => _current;

    /// <summary>Position among the loops, from 0.</summary>
    public int Index { get; }

    /// <summary>True on this loop's own thread.</summary>
    public bool IsCurrent => _current == this;

    /// <summary>Counts starts and ends of callbacks: odd while one runs, and the same odd number for as long as it is the same one.</summary>
    internal long Callbacks => Volatile.Read(ref _callbacks);

    /// <summary>In a debug build, fails when the caller is on a loop: put it where code may block.</summary>
    /// <exception cref="InvalidOperationException">This thread is a loop's.</exception>
    [Conditional("DEBUG")]
    public static void ThrowIfOnLoop() => ThrowIfOnLoopAlways();

    /// <summary>Runs the callback on the loop's thread, soon and never inline; on the thread pool once the loop has stopped.</summary>
    public void Post(Action<object?> callback, object? state)
    {
        lock (_lock)
        {
            if (!_stopped)
            {
                Start();
                _queue.Add(new LoopWork(callback, state));
                if (!IsCurrent)
                    Signal();
                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(static work => work.Run(), new LoopWork(callback, state), preferLocal: false);
    }

    internal static void ThrowIfOnLoopAlways()
    {
        if (_current is { } loop)
            throw new InvalidOperationException($"This may block and must not run on event loop {loop.Index}.");
    }

    /// <summary>True while the running callback may make one more system call; asked on the loop's thread only.</summary>
    internal bool TakeTurn() => --_turns >= 0;

    /// <summary>Begins to watch the handle.</summary>
    /// <exception cref="ObjectDisposedException">The loop has stopped.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The kernel refused.</exception>
    internal void Register(LoopHandle handle, uint events)
    {
        var descriptor = handle.Descriptor;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_stopping, this);
            Start();
            if (descriptor >= _handles.Length)
            {
                var larger = new LoopHandle?[Math.Max(descriptor + 1, _handles.Length * 2)];
                _handles.CopyTo(larger, 0);
                Volatile.Write(ref _handles, larger);
            }

            handle.Generation = ++_generation;
            Volatile.Write(ref _handles[descriptor], handle);
            var error = Epoll.Register(_epoll, descriptor, events, Pack(descriptor, handle.Generation));
            if (error == 0)
                return;
            _handles[descriptor] = null;
            throw Errno.ToException(error);
        }
    }

    /// <summary>Forgets the handle; before its descriptor is closed, which takes it out of epoll.</summary>
    internal void Forget(LoopHandle handle)
    {
        lock (_lock)
        {
            if (Knows(handle))
                _handles[handle.Descriptor] = null;
        }
    }

    /// <summary>Forgets the handle and takes it out of epoll, for a descriptor that somebody else closes.</summary>
    internal void Unregister(LoopHandle handle)
    {
        lock (_lock)
        {
            if (!Knows(handle) || _stopped)
                return;
            _handles[handle.Descriptor] = null;
            Epoll.Unregister(_epoll, handle.Descriptor);
        }
    }

    /// <summary>Delivers one event as if epoll had reported it. Stale ones, of a closed descriptor's earlier use, go nowhere.</summary>
    internal void Deliver(ulong data, uint events)
    {
        var descriptor = (int)(uint)data;
        var handles = Volatile.Read(ref _handles);
        var handle = descriptor < handles.Length ? Volatile.Read(ref handles[descriptor]) : null;
        if (handle is null || handle.Generation != (uint)(data >> 32))
            return;
        BeginCallback();
        try
        {
            handle.OnEvents(events);
        }
        catch (Exception error)
        {
            // Continuations of asynchronous methods keep their exceptions to themselves, so this is a bug of a raw callback.
            _logger.CallbackFailed(error, Index);
            handle.Abandon();
        }

        EndCallback();
    }

    internal static ulong Pack(int descriptor, uint generation) => ((ulong)generation << 32) | (uint)descriptor;

    /// <summary>Closes every socket of the loop and ends its thread.</summary>
    internal void Stop()
    {
        Thread? thread;
        lock (_lock)
        {
            if (_stopping)
                return;
            _stopping = true;
            thread = _thread;
            if (thread is null)
                _stopped = true;
            else
                Signal();
        }

        if (thread is not null && !IsCurrent)
            thread.Join(TimeSpan.FromSeconds(5));
    }

    // One that was never registered may have a descriptor past the table's end.
    private bool Knows(LoopHandle handle) => handle.Descriptor < _handles.Length && _handles[handle.Descriptor] == handle;

    private void Start()
    {
        if (_thread is not null || _stopping)
            return;
        try
        {
            Open();
            var thread = new Thread(Run) { IsBackground = true, Name = $"Weir loop {Index}" };
            thread.UnsafeStart();
            _thread = thread;
        }
        catch
        {
            if (_wake >= 0)
                _ = Libc.Close(_wake);
            if (_epoll >= 0)
                _ = Libc.Close(_epoll);
            _wake = _epoll = -1;
            throw;
        }
    }

    private void Open()
    {
        _epoll = Libc.EpollCreate(Epoll.CloseOnExec);
        if (_epoll < 0)
            throw Errno.ToException(Marshal.GetLastPInvokeError());
        _wake = Libc.EventDescriptor(0, SocketNumbers.NonBlocking | SocketNumbers.CloseOnExec);
        if (_wake < 0)
            throw Errno.ToException(Marshal.GetLastPInvokeError());
        if (Epoll.Register(_epoll, _wake, Epoll.In | Epoll.EdgeTriggered, WakeData) is var error and not 0)
            throw Errno.ToException(error);
    }

    // Under the lock, so that the descriptor is not closed meanwhile.
    private void Signal()
    {
        if (Interlocked.Exchange(ref _signalled, 1) != 0)
            return;
        var one = 1UL;
        _ = Libc.Write(_wake, (byte*)&one, sizeof(ulong));
    }

    private void Run()
    {
        _current = this;
        var events = stackalloc byte[EventsPerWait * Epoll.EventBytes];
        while (!Volatile.Read(ref _stopping))
        {
            // Work that this thread queued is seen here; that of others comes with a signal.
            var count = Libc.EpollWait(_epoll, events, EventsPerWait, _queue.Count > 0 ? 0 : -1);
            for (var i = 0; i < count; i++)
            {
                var one = events + (i * Epoll.EventBytes);
                var data = Epoll.Data(one);
                // The eventfd is never read: edge-triggered, each write is an edge of its own, and its counter has room for all time.
                if (data != WakeData)
                    Deliver(data, Epoll.Events(one));
            }

            RunQueue();
        }

        Finish();
    }

    private void RunQueue()
    {
        // Cleared before the queue is taken: who adds from now on signals again.
        Interlocked.Exchange(ref _signalled, 0);
        lock (_lock)
        {
            if (_queue.Count == 0)
                return;
            (_queue, _running) = (_running, _queue);
        }

        foreach (var work in _running)
        {
            BeginCallback();
            try
            {
                work.Run();
            }
            catch (Exception error)
            {
                _logger.CallbackFailed(error, Index);
            }

            EndCallback();
        }

        _running.Clear();
    }

    private void Finish()
    {
        foreach (var handle in _handles)
            handle?.Abandon();
        while (true)
        {
            RunQueue();
            lock (_lock)
            {
                if (_queue.Count > 0)
                    continue;
                _stopped = true;
                _ = Libc.Close(_wake);
                _ = Libc.Close(_epoll);
                break;
            }
        }

        _current = null;
    }

    private void BeginCallback()
    {
        _turns = TurnsPerCallback;
        Volatile.Write(ref _callbacks, _callbacks + 1);
    }

    private void EndCallback() => Volatile.Write(ref _callbacks, _callbacks + 1);
}
