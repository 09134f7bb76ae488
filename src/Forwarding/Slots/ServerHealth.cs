namespace Weir.Forwarding.Slots;

/// <summary>What this gateway has seen of one server: latency, failures, ejection. Written by the admission middleware.</summary>
public sealed class ServerHealth
{
    private int _consecutiveFailures;
    private long _latencyTicks;
    private int _ejected;

    /// <summary>Failed connections and unanswered requests since the last answer.</summary>
    public int ConsecutiveFailures => Volatile.Read(ref _consecutiveFailures);

    /// <summary>Moving mean of the time from slot to end of answer; zero before the first answer.</summary>
    public TimeSpan Latency => new(Volatile.Read(ref _latencyTicks));

    /// <summary>True while the server takes no new work because connections to it failed.</summary>
    public bool IsEjected => Volatile.Read(ref _ejected) != 0;

    /// <summary>Pause before the next connection attempt; grows while the server fails again without an answer in between.</summary>
    internal TimeSpan ProbePause { get; set; }

    /// <summary>Ejects; false when it is ejected already.</summary>
    internal bool TryEject() => Interlocked.Exchange(ref _ejected, 1) == 0;

    internal void Readmit()
    {
        Volatile.Write(ref _consecutiveFailures, 0);
        Volatile.Write(ref _ejected, 0);
    }

    /// <summary>The pauses between its answers.</summary>
    internal Silence Silence { get; } = new();

    /// <summary>Notes an answer.</summary>
    internal void Answered(TimeSpan latency, long now)
    {
        Silence.Ended(now);
        if (Volatile.Read(ref _consecutiveFailures) != 0)
            Volatile.Write(ref _consecutiveFailures, 0);
        if (ProbePause != TimeSpan.Zero && !IsEjected)
            ProbePause = TimeSpan.Zero;
        var mean = Volatile.Read(ref _latencyTicks);
        // Races lose a sample, never the mean.
        Volatile.Write(ref _latencyTicks, mean == 0 ? latency.Ticks : mean + ((latency.Ticks - mean) / 8));
    }

    /// <summary>Notes a connection that could not be made or a request left unanswered.</summary>
    internal int Failed() => Interlocked.Increment(ref _consecutiveFailures);
}
