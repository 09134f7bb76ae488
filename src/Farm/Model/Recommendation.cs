namespace Weir.Farm.Model;

/// <summary>Turns a number of workers into directives that Apache takes without a word.</summary>
internal static class Recommendation
{
    /// <summary>
    /// The number of workers: what the peak needs, or what is configured where no peak is known, cut to what the bounds
    /// allow and to whole processes, never below one process.
    /// </summary>
    /// <param name="limits">The server as it is.</param>
    /// <param name="max">What the bounds allow; null when none is known.</param>
    /// <param name="needed">What the peak needs at the target utilisation; null without a peak.</param>
    /// <param name="busyAtPeak">Workers that the peak keeps busy, the least that carries it.</param>
    public static int Workers(EffectiveLimits limits, long? max, long? needed, double busyAtPeak)
    {
        var threads = limits.ThreadsPerChild;
        var hardBound = limits.Mpm == Mpm.Prefork ? MpmDefaults.MaxPreforkServerLimit : (long)MpmDefaults.MaxServerLimit * threads;
        var wanted = Math.Max(needed ?? limits.MaxRequestWorkers, threads);
        var workers = Math.Min(Math.Min(max ?? long.MaxValue, wanted), hardBound) / threads * threads;
        // Cutting to whole processes may fall below what the peak keeps busy, although the machine has room for one more.
        if (workers < busyAtPeak && workers + threads <= Math.Min(max ?? long.MaxValue, hardBound))
            workers += threads;
        return (int)Math.Max(threads, workers);
    }

    public static MpmSettings Settings(MpmSettings configured, EffectiveLimits limits, int workers)
    {
        var shared = new MpmSettings
        {
            Mpm = limits.Mpm,
            MaxRequestWorkers = workers,
            MaxConnectionsPerChild = configured.MaxConnectionsPerChild?.Value ?? 0,
            KeepAlive = configured.KeepAlive,
            KeepAliveTimeout = configured.KeepAliveTimeout,
            MaxKeepAliveRequests = configured.MaxKeepAliveRequests,
        };
        // All processes from the start, and none ended for being idle: the memory is planned for anyway, and a farm that
        // grows only under load answers its first rush late.
        if (limits.Mpm == Mpm.Prefork)
        {
            var spare = Math.Max(1, Math.Min(workers, Math.Max(5, workers / 4)));
            return shared with { ServerLimit = workers, StartServers = workers, MinSpareServers = spare, MaxSpareServers = Math.Max(workers, spare + 1) };
        }

        var threads = limits.ThreadsPerChild;
        var processes = workers / threads;
        var minSpare = Math.Max(threads, workers / 4);
        return shared with
        {
            ServerLimit = ServerLimit(limits.Mpm, processes),
            ThreadLimit = Math.Max(MpmDefaults.ThreadLimit, threads),
            ThreadsPerChild = threads,
            StartServers = processes,
            MinSpareThreads = minSpare,
            MaxSpareThreads = Math.Max(workers, minSpare + threads + 1),
            AsyncRequestWorkerFactor = limits.Mpm == Mpm.Event && configured.AsyncRequestWorkerFactor is not null ? limits.AsyncRequestWorkerFactor.ToString() : null,
        };
    }

    /// <summary>Process slots to write: on event twice the processes, so that a graceful restart finds room; on worker a quarter more.</summary>
    public static int ServerLimit(Mpm mpm, int processes) => mpm switch
    {
        Mpm.Prefork => processes,
        Mpm.Worker => Math.Min(MpmDefaults.MaxServerLimit, (5 * processes + 3) / 4),
        _ => Math.Min(MpmDefaults.MaxServerLimit, 2 * processes),
    };
}
