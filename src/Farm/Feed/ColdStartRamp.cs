namespace Weir.Farm.Feed;

/// <summary>
/// Slots of a cold server. Apache starts 1, 2, 4 to 32 processes a second, and only while fewer workers are idle than
/// MinSpare asks for. So the ramp opens what lives plus what the next second will bring: the lead keeps every worker
/// busy and Apache spawning. What the scoreboard shows corrects the prediction; without one the prediction alone opens
/// the server. A grown server is not held back: the ramp returns only when most of its workers have gone.
/// Not safe for concurrent use.
/// </summary>
internal sealed class ColdStartRamp
{
    /// <summary>Most processes that Apache starts in one second.</summary>
    public const int MaxSpawnRate = 32;

    /// <summary>Pages in a row that must show a shrunk server before it counts as cold again.</summary>
    public const int ShrunkPages = 5;

    private static readonly TimeSpan SpawnInterval = TimeSpan.FromSeconds(1);
    private int _seen = -1;
    private int _expected = -1;
    private int _rate = 1;
    private int _shrunk;
    private TimeSpan? _pressedSince;

    /// <summary>True when nothing is held back.</summary>
    public bool IsGrown { get; private set; }

    /// <summary>Takes a page of the server.</summary>
    /// <param name="alive">Our share of the workers that live, busy or not.</param>
    /// <param name="target">Slots when grown.</param>
    /// <param name="threads">Workers that one process brings.</param>
    public void Observe(int alive, int target, int threads)
    {
        _seen = alive;
        // A prediction may run one spawn ahead of the page, not more: Apache may have decided otherwise.
        _expected = _pressedSince is null ? alive : Math.Clamp(_expected, alive, alive + (_rate * threads));
        if (alive >= target)
        {
            IsGrown = true;
            _shrunk = 0;
        }
        else if (IsGrown)
        {
            _shrunk = alive < target / 2 ? _shrunk + 1 : 0;
            if (_shrunk >= ShrunkPages)
                Reset(alive);
        }
    }

    /// <summary>The server started anew.</summary>
    /// <param name="alive">Workers that live; -1 when no page told yet.</param>
    public void Reset(int alive = -1)
    {
        IsGrown = false;
        _seen = alive;
        _expected = alive;
        _rate = 1;
        _shrunk = 0;
        _pressedSince = null;
    }

    /// <summary>Slots that are open now, in 1..<paramref name="target"/>.</summary>
    /// <param name="now">Any monotonic time.</param>
    /// <param name="inFlight">Requests of ours on the server.</param>
    /// <param name="target">Slots when grown.</param>
    /// <param name="threads">Workers that one process brings.</param>
    /// <param name="startWorkers">Workers that a fresh server starts with, used before the first page.</param>
    public int Open(TimeSpan now, int inFlight, int target, int threads, int startWorkers)
    {
        if (IsGrown)
            return target;
        if (_expected < 0)
            _expected = startWorkers;
        Grow(now, inFlight, target, threads);
        var open = Slots(target, threads);
        // Without a page, time alone has to decide that the server is grown.
        if (_seen < 0 && _expected >= target)
            IsGrown = true;
        return open;
    }

    private void Grow(TimeSpan now, int inFlight, int target, int threads)
    {
        var open = Slots(target, threads);
        // Nobody presses a server that is not asked for more: then Apache does not spawn either. Blind, pressure is assumed.
        if (_seen >= 0 && inFlight < open - Math.Max(1, open / 8) && inFlight < Math.Max(1, _expected))
        {
            _pressedSince = null;
            _rate = 1;
            _expected = _seen;
            return;
        }

        _pressedSince ??= now;
        while (now - _pressedSince >= SpawnInterval && _expected < target)
        {
            _pressedSince += SpawnInterval;
            _expected = Math.Min(target, _expected + (_rate * threads));
            _rate = Math.Min(MaxSpawnRate, _rate * 2);
        }

        // A prediction that reached the target waits for the page to agree.
        if (now - _pressedSince > SpawnInterval)
            _pressedSince = now;
    }

    private int Slots(int target, int threads)
    {
        var lead = Math.Min(_rate * threads, Math.Max(threads, target / 4));
        return Math.Clamp(_expected + Math.Max(2, lead), 1, Math.Max(1, target));
    }
}
