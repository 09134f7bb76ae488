namespace Weir.Policies.Caching.Fetching;

/// <summary>
/// A body while it comes: one writes, any number read it from its beginning. Each part is kept until the end; once the body has
/// turned out to be too long for that (<see cref="KeepNoLonger"/>), only what some reader still needs, and the writer waits for the
/// slowest, for a while.
/// </summary>
internal sealed class FillingBody
{
    /// <summary>Bytes that a body that is not kept may be ahead of its slowest reader.</summary>
    public const long Window = 1 << 20;

    private readonly Lock _lock = new();
    private readonly List<ReadOnlyMemory<byte>?> _parts = [];
    private readonly List<FillReader> _readers = [];
    private TaskCompletionSource _changed = NewSignal();
    private TaskCompletionSource _room = NewSignal();
    private bool _keeps = true;

    /// <summary>Bytes so far.</summary>
    public long Length { get; private set; }

    /// <summary>All of it is here.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Why it will not come to its end; null while it may.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>What the writer wants to publish.</summary>
    public void Append(ReadOnlyMemory<byte> part)
    {
        if (part.IsEmpty)
            return;
        lock (_lock)
        {
            _parts.Add(part);
            Length += part.Length;
            Signal(ref _changed);
        }
    }

    /// <summary>All parts, of a body that is kept and complete.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Parts()
    {
        lock (_lock)
            return [.. _parts.Select(p => p!.Value)];
    }

    /// <summary>From here on parts that everybody has are let go.</summary>
    public void KeepNoLonger()
    {
        lock (_lock)
        {
            _keeps = false;
            Trim();
        }
    }

    public void Complete()
    {
        lock (_lock)
        {
            IsComplete = true;
            Signal(ref _changed);
        }
    }

    public void Fail(Exception fault)
    {
        lock (_lock)
        {
            if (IsComplete)
                return;
            Fault ??= fault;
            Signal(ref _changed);
            Signal(ref _room);
        }
    }

    /// <returns>A reader at the beginning; null when that is gone already.</returns>
    public FillReader? Read()
    {
        lock (_lock)
        {
            if (_parts is [null, ..])
                return null;
            var reader = new FillReader(this);
            _readers.Add(reader);
            return reader;
        }
    }

    /// <summary>Waits until all of it is here.</summary>
    /// <returns>False when it is not by then, or never will be.</returns>
    public async ValueTask<bool> WaitForEndAsync(TimeSpan atMost, TimeProvider clock, CancellationToken cancel)
    {
        var since = clock.GetTimestamp();
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (IsComplete || Fault is not null || !_keeps)
                    return IsComplete;
                changed = _changed.Task;
            }

            var left = atMost - clock.GetElapsedTime(since);
            if (left <= TimeSpan.Zero)
                return false;
            try
            {
                await changed.WaitAsync(left, clock, cancel);
            }
            catch (TimeoutException)
            {
                return false;
            }
        }
    }

    /// <summary>Waits until the slowest reader of a body that is not kept is near enough.</summary>
    /// <param name="atMost">Then the slowest are given up.</param>
    /// <returns>False when nobody reads any more.</returns>
    public async ValueTask<bool> WaitForRoomAsync(TimeSpan atMost, TimeProvider clock)
    {
        var since = clock.GetTimestamp();
        while (true)
        {
            Task room;
            lock (_lock)
            {
                if (_keeps)
                    return true;
                Trim();
                if (_readers.Count == 0 || Fault is not null)
                    return false;
                if (Length - Slowest() <= Window)
                    return true;
                room = _room.Task;
            }

            try
            {
                var left = atMost - clock.GetElapsedTime(since);
                await room.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock);
            }
            catch (TimeoutException)
            {
                GiveUpSlowest();
            }
        }
    }

    internal void Leave(FillReader reader)
    {
        lock (_lock)
        {
            _readers.Remove(reader);
            Signal(ref _room);
        }
    }

    /// <summary>The next part for a reader; null at the end.</summary>
    internal async ValueTask<ReadOnlyMemory<byte>?> NextAsync(FillReader reader, CancellationToken cancel)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (reader.IsGivenUp)
                    throw new IOException("The client took the answer too slowly for a body that is not kept.");
                if (reader.Part < _parts.Count)
                {
                    var part = _parts[reader.Part++]!.Value;
                    reader.Position += part.Length;
                    if (!_keeps)
                        Signal(ref _room);
                    return part;
                }

                if (IsComplete)
                    return null;
                if (Fault is not null)
                    throw new IOException("The answer broke off.", Fault);
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancel);
        }
    }

    private long Slowest() => _readers.Min(r => r.Position);

    private void GiveUpSlowest()
    {
        lock (_lock)
        {
            if (_readers.Count == 0)
                return;
            var slowest = Slowest();
            foreach (var reader in _readers.Where(r => r.Position == slowest))
                reader.IsGivenUp = true;
            _readers.RemoveAll(r => r.IsGivenUp);
            Signal(ref _changed);
        }
    }

    private void Trim()
    {
        var needed = _readers.Count == 0 ? _parts.Count : _readers.Min(r => r.Part);
        for (var i = Math.Min(needed, _parts.Count) - 1; i >= 0 && _parts[i] is not null; i--)
            _parts[i] = null;
    }

    private static void Signal(ref TaskCompletionSource signal)
    {
        var now = signal;
        signal = NewSignal();
        now.TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
