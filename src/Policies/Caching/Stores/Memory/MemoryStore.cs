using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Stores.Memory;

/// <summary>
/// Entries in memory, bounded in bytes by S3-FIFO: what comes in waits in a small queue (a tenth of the bytes) and gets into the
/// main one only when it is asked for there, or soon after it was put out. A scan, or one client that asks for ever new URLs, turns
/// over the small queue and leaves the rest. A hit takes no lock and moves nothing.
/// </summary>
internal sealed class MemoryStore : ICacheStore
{
    /// <summary>The small queue's share.</summary>
    private const int SmallPart = 10;

    private readonly TimeProvider _clock;
    private readonly long _began;
    private readonly Lock _lock = new();
    private readonly NodeTable _table = new();
    private readonly NodeQueue _small = new();
    private readonly NodeQueue _main = new();
    private readonly GhostTable _ghosts = new();
    private readonly int _maxEntryBytes;
    private long _maxBytes;
    private long _evictions;
    private bool _disposed;

    public MemoryStore(MemoryStoreOptions options, TimeProvider clock)
    {
        (_clock, _maxBytes, _maxEntryBytes) = (clock, options.MaxBytes, options.MaxEntryBytes);
        _began = clock.GetTimestamp();
    }

    /// <inheritdoc />
    public string Name => "memory";

    /// <inheritdoc />
    public long MaxEntryBytes => Math.Min(_maxEntryBytes, _maxBytes / 4);

    /// <inheritdoc />
    public StoreFigures Figures
    {
        get
        {
            lock (_lock)
                return new StoreFigures(_table.Count, _small.Bytes + _main.Bytes, _maxBytes, _evictions, "ok");
        }
    }

    /// <summary>The entry at once; null for a miss. Allocates nothing.</summary>
    public CacheEntry? Find(CacheKey key, ReadOnlySpan<byte> keyText)
    {
        if (_table.Find(key) is not { } node || node.EndsAt <= Seconds)
            return null;
        var entry = node.Entry;
        if (!entry.KeyText.Span.SequenceEqual(keyText))
            return null;
        node.Hit();
        return entry;
    }

    /// <summary>Whatever lies under a key, for operators. Counts as no use.</summary>
    public CacheEntry? Find(CacheKey key) => _table.Find(key) is { } node && node.EndsAt > Seconds ? node.Entry : null;

    /// <inheritdoc />
    public ValueTask<CacheEntry?> GetAsync(CacheKey key, ReadOnlyMemory<byte> keyText, CancellationToken cancel) => new(Find(key, keyText.Span));

    /// <inheritdoc />
    public ValueTask<bool> SetAsync(CacheKey key, CacheEntry entry, TimeSpan keepFor, CancellationToken cancel) => new(Set(key, entry, keepFor));

    public bool Set(CacheKey key, CacheEntry entry, TimeSpan keepFor)
    {
        var charge = entry.MemoryBytes;
        if (_disposed || charge > MaxEntryBytes || keepFor <= TimeSpan.Zero)
        {
            // What is there is of another time: the caller has something newer, and it is not to be had.
            Remove(key);
            return false;
        }

        var endsAt = (uint)Math.Min(uint.MaxValue, Seconds + Math.Ceiling(keepFor.TotalSeconds));
        lock (_lock)
        {
            if (_table.Find(key) is { } node)
            {
                node.Queue!.Recharge(node, charge);
                (node.Entry, node.EndsAt) = (entry, endsAt);
            }
            else
            {
                node = new MemoryNode(key, entry) { Charge = charge, EndsAt = endsAt };
                _table.Add(node);
                _ghosts.Fit(_table.Count);
                (_ghosts.Take(key) ? _main : _small).Add(node);
            }

            MakeRoom();
            return node.Queue is not null;
        }
    }

    /// <inheritdoc />
    public ValueTask<bool> RemoveAsync(CacheKey key, CancellationToken cancel) => new(Remove(key));

    public bool Remove(CacheKey key)
    {
        lock (_lock)
        {
            if (_table.Find(key) is not { } node)
                return false;
            Drop(node);
            return node.EndsAt > Seconds;
        }
    }

    /// <inheritdoc />
    public ValueTask ClearAsync(CancellationToken cancel)
    {
        lock (_lock)
        {
            _table.Clear();
            _ghosts.Clear();
            foreach (var queue in (NodeQueue[])[_small, _main])
            {
                while (queue.Oldest is { } node)
                    queue.Remove(node);
            }
        }

        return default;
    }

    /// <summary>Another bound, by a reload: what is too much leaves at once.</summary>
    public void Resize(long maxBytes)
    {
        lock (_lock)
        {
            _maxBytes = maxBytes;
            MakeRoom();
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _disposed = true;
        return ClearAsync(default);
    }

    private long Seconds => (long)_clock.GetElapsedTime(_began).TotalSeconds;

    private void MakeRoom()
    {
        while (_small.Bytes + _main.Bytes > _maxBytes)
        {
            if (_small.Oldest is { } first && (_small.Bytes > _maxBytes / SmallPart || _main.Count == 0))
                LeaveSmall(first);
            else
                LeaveMain(_main.Oldest!);
        }
    }

    private void LeaveSmall(MemoryNode node)
    {
        if (node.Hits > 0 && node.EndsAt > Seconds)
        {
            node.SetHits(0);
            _small.Remove(node);
            _main.Add(node);
            return;
        }

        Drop(node);
        _ghosts.Add(node.Key);
        _evictions++;
    }

    private void LeaveMain(MemoryNode node)
    {
        if (node.Hits is > 0 and var hits && node.EndsAt > Seconds)
        {
            node.SetHits(hits - 1);
            _main.Remove(node);
            _main.Add(node);
            return;
        }

        Drop(node);
        _evictions++;
    }

    private void Drop(MemoryNode node)
    {
        _table.Remove(node);
        node.Queue!.Remove(node);
    }
}
