using System.Diagnostics;

namespace Weir.Forwarding.Slots;

/// <summary>
/// When a server last answered, and its last pauses. A request that timed out met a server that is stopped, or was until a moment
/// ago; both are told from one that is merely slow with this request. Thread-safe.
/// </summary>
internal sealed class Silence
{
    /// <summary>Pauses remembered. One that ended lately and a few short ones after it are all that a timeout can have met.</summary>
    private const int Remembered = 4;

    // Timestamps; an eighth of a second. A shorter pause is not worth the lock.
    private static readonly long Shortest = Stopwatch.Frequency / 8;

    private readonly Lock _lock = new();
    private readonly (long From, long To)[] _pauses = new (long, long)[Remembered];
    private long _lastAnswerAt = long.MinValue;
    private int _next;

    /// <summary>Notes an answer.</summary>
    public void Ended(long now)
    {
        var last = Volatile.Read(ref _lastAnswerAt);
        Volatile.Write(ref _lastAnswerAt, now);
        if (last == long.MinValue || now - last < Shortest)
            return;
        lock (_lock)
        {
            _pauses[_next] = (last, now);
            _next = (_next + 1) % Remembered;
        }
    }

    /// <summary>True when one pause, the present one or one before, covers at least half of the time between two timestamps.</summary>
    public bool CoversHalf(long from, long to)
    {
        var half = (to - from) / 2;
        if (to - Math.Max(Volatile.Read(ref _lastAnswerAt), from) > half)
            return true;
        lock (_lock)
        {
            return Array.Exists(_pauses, p => Math.Min(p.To, to) - Math.Max(p.From, from) > half);
        }
    }
}
