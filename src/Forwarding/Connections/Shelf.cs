namespace Weir.Forwarding.Connections;

/// <summary>
/// The idle connections of one loop, last in first out: the one used last is the least likely to be closed by its server, and
/// those not needed grow old at the bottom. All members are safe for concurrent use.
/// </summary>
internal sealed class Shelf
{
    private readonly Lock _lock = new();
    private UpstreamConnection?[] _all = new UpstreamConnection?[8];
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public void Push(UpstreamConnection connection)
    {
        lock (_lock)
        {
            if (_count == _all.Length)
                Array.Resize(ref _all, _all.Length * 2);
            connection.ShelfIndex = _count;
            _all[_count++] = connection;
        }
    }

    /// <summary>Takes the one used last; null when there is none.</summary>
    public UpstreamConnection? Pop()
    {
        if (Count == 0)
            return null;
        lock (_lock)
        {
            if (_count == 0)
                return null;
            var last = _all[--_count]!;
            _all[_count] = null;
            last.ShelfIndex = -1;
            return last;
        }
    }

    /// <summary>Takes the one used last if it was given back at or after an instant.</summary>
    public UpstreamConnection? PopUsedSince(long timestamp)
    {
        lock (_lock)
            return _count == 0 || _all[_count - 1]!.IdleSince < timestamp ? null : RemoveAt(_count - 1);
    }

    /// <summary>Takes the oldest if it was given back before an instant; null otherwise.</summary>
    public UpstreamConnection? TakeOldest(long idleBefore)
    {
        lock (_lock)
            return _count > 0 && _all[0]!.IdleSince < idleBefore ? RemoveAt(0) : null;
    }

    /// <summary>Takes this one; false when someone else has.</summary>
    public bool Remove(UpstreamConnection connection)
    {
        lock (_lock)
        {
            if (connection.ShelfIndex < 0)
                return false;
            RemoveAt(connection.ShelfIndex);
            return true;
        }
    }

    private UpstreamConnection RemoveAt(int index)
    {
        var taken = _all[index]!;
        taken.ShelfIndex = -1;
        _count--;
        for (var i = index; i < _count; i++)
        {
            _all[i] = _all[i + 1];
            _all[i]!.ShelfIndex = i;
        }

        _all[_count] = null;
        return taken;
    }
}
