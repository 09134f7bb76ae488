using Weir.Policies.Caching.Admin;

namespace Weir.Policies.Caching.Purging.Sharing;

/// <summary>Purges that the others have not been told, the newest of each target; and those told lately, should Redis lose them.</summary>
internal sealed class PurgeOutbox(TimeProvider clock)
{
    /// <summary>That wait; more find no room.</summary>
    public const int MaxWaiting = 1000;

    /// <summary>That are remembered once they are told.</summary>
    public const int MaxTold = 1000;

    /// <summary>For how long.</summary>
    public static readonly TimeSpan TellAgainFor = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<(PurgeKind, string, bool), Waiting> _waiting = [];
    private readonly Queue<Waiting> _told = new();

    public int Count
    {
        get
        {
            lock (_lock)
                return _waiting.Count;
        }
    }

    /// <returns>False when there is no room.</returns>
    public bool Add(in Purge purge)
    {
        lock (_lock)
        {
            var key = (purge.Kind, purge.Target, purge.IsSoft);
            if (_waiting.Count >= MaxWaiting && !_waiting.ContainsKey(key))
                return false;
            _waiting[key] = new Waiting(purge, clock.GetTimestamp());
            return true;
        }
    }

    public Waiting[] List()
    {
        lock (_lock)
            return [.. _waiting.Values];
    }

    /// <summary>One has been told.</summary>
    public void Told(Waiting told)
    {
        lock (_lock)
        {
            var key = (told.Purge.Kind, told.Purge.Target, told.Purge.IsSoft);
            if (_waiting.TryGetValue(key, out var now) && now == told)
                _waiting.Remove(key);
            _told.Enqueue(told);
            while (_told.Count > MaxTold || (_told.TryPeek(out var oldest) && clock.GetElapsedTime(oldest.Since) > TellAgainFor))
                _told.Dequeue();
        }
    }

    /// <summary>Redis may have lost what it was told: it waits again, as far as there is room.</summary>
    public void TellAgain()
    {
        lock (_lock)
        {
            while (_told.TryDequeue(out var told))
            {
                if (clock.GetElapsedTime(told.Since) <= TellAgainFor && _waiting.Count < MaxWaiting)
                    _waiting.TryAdd((told.Purge.Kind, told.Purge.Target, told.Purge.IsSoft), told);
            }
        }
    }

    /// <param name="Purge">Which.</param>
    /// <param name="Since">Timestamp of when it was given.</param>
    internal readonly record struct Waiting(Purge Purge, long Since);
}
