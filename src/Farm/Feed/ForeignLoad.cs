namespace Weir.Farm.Feed;

/// <summary>
/// Busy workers that are not ours, told from noise. A single page proves little: our own requests end between two
/// instants and Apache still calls a finished one busy. So only what every page of a window shows counts, a few
/// workers count as none, and a value that is in force moves only when the new one differs clearly.
/// </summary>
internal sealed class ForeignLoad
{
    private readonly Queue<int> _window = new();

    /// <summary>The value in force; 0 when there are too few to tell from noise.</summary>
    public int Workers { get; private set; }

    /// <summary>Fewest workers that count as foreign: 2 % of all, at least 3.</summary>
    public static int Noise(int workers) => Math.Max(3, workers / 50);

    /// <summary>Takes one page.</summary>
    /// <param name="busy">Busy workers that cannot be ours; negative when we had more in flight than Apache was busy with.</param>
    /// <param name="workers">Effective MaxRequestWorkers.</param>
    /// <param name="samples">Length of the window.</param>
    public void Observe(int busy, int workers, int samples)
    {
        _window.Enqueue(Math.Max(0, busy));
        while (_window.Count > samples)
            _window.Dequeue();
        var lowest = _window.Count < samples ? 0 : _window.Min();
        if (lowest < Noise(workers))
            Workers = 0;
        else if (Math.Abs(lowest - Workers) >= Math.Max(Noise(workers), Workers / 8))
            Workers = lowest;
    }

    /// <summary>Forgets all: the server restarted.</summary>
    public void Reset()
    {
        _window.Clear();
        Workers = 0;
    }
}
