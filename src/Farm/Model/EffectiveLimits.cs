namespace Weir.Farm.Model;

/// <summary>What Apache makes of its directives: the values it runs with, and every sentence it says on the way.</summary>
public sealed record EffectiveLimits
{
    /// <summary>The MPM.</summary>
    public required Mpm Mpm { get; init; }

    /// <summary>Process slots in the scoreboard.</summary>
    public required int ServerLimit { get; init; }

    /// <summary>Thread slots per process; 1 on prefork.</summary>
    public required int ThreadLimit { get; init; }

    /// <summary>Worker threads per process; 1 on prefork.</summary>
    public required int ThreadsPerChild { get; init; }

    /// <summary>Requests served at once: always a whole number of processes.</summary>
    public required int MaxRequestWorkers { get; init; }

    /// <summary>Processes at full size.</summary>
    public int Processes => MaxRequestWorkers / ThreadsPerChild;

    /// <summary>Processes forked at start.</summary>
    public required int StartServers { get; init; }

    /// <summary>MinSpareThreads, or MinSpareServers on prefork.</summary>
    public required int MinSpare { get; init; }

    /// <summary>MaxSpareThreads, or MaxSpareServers on prefork.</summary>
    public required int MaxSpare { get; init; }

    /// <summary>Event: the factor as Apache uses it, a whole number of at least 1; 0 elsewhere.</summary>
    public required int AsyncRequestWorkerFactor { get; init; }

    /// <summary>Tasks (processes and threads) at full size, the parent included.</summary>
    public int Tasks => Mpm == Mpm.Prefork ? Processes + 1 : Processes * (ThreadsPerChild + 2) + 1;

    /// <summary>Connections that can be open at once: on event more than the workers, elsewhere one per worker.</summary>
    public long MaxOpenConnections => (long)MaxRequestWorkers * (1 + AsyncRequestWorkerFactor);

    /// <summary>Apache's warnings and errors, in the order in which it prints them; errors of the parser first.</summary>
    public required IReadOnlyList<MpmMessage> Messages { get; init; }

    /// <summary>False when Apache would not start with these directives.</summary>
    public bool Starts => !Messages.Any(m => m.IsFatal);

    /// <summary>Applies the MPM's own rules in its own order. A directive that is a syntax error counts as not written.</summary>
    /// <param name="configured">The directives as written.</param>
    public static EffectiveLimits Compute(MpmSettings configured)
    {
        var messages = new MpmMessages(configured.Mpm);
        RejectForeignDirectives(configured, messages);
        return configured.Mpm == Mpm.Prefork ? Prefork(configured, messages) : Threaded(configured, messages);
    }

    /// <summary>The effective values as directives; Apache takes them without a word.</summary>
    public MpmSettings ToSettings() => Mpm == Mpm.Prefork
        ? new()
        {
            Mpm = Mpm,
            ServerLimit = ServerLimit,
            MaxRequestWorkers = MaxRequestWorkers,
            StartServers = StartServers,
            MinSpareServers = MinSpare,
            MaxSpareServers = MaxSpare,
        }
        : new()
        {
            Mpm = Mpm,
            ServerLimit = ServerLimit,
            ThreadLimit = ThreadLimit,
            ThreadsPerChild = ThreadsPerChild,
            MaxRequestWorkers = MaxRequestWorkers,
            StartServers = StartServers,
            MinSpareThreads = MinSpare,
            MaxSpareThreads = MaxSpare,
            AsyncRequestWorkerFactor = Mpm == Mpm.Event ? AsyncRequestWorkerFactor.ToString() : null,
        };

    private static EffectiveLimits Prefork(MpmSettings c, MpmMessages say)
    {
        var servers = AtLeastOne(c.ServerLimit?.Value ?? MpmDefaults.PreforkServerLimit, MpmDefaults.MaxPreforkServerLimit, say.ServerLimitTooHigh, say.ServerLimitTooLow);
        var workers = c.MaxRequestWorkers?.Value ?? MpmDefaults.PreforkServerLimit;
        if (workers > servers)
        {
            say.WorkersAboveServerLimit(workers, servers);
            workers = servers;
        }
        else if (workers < 1)
        {
            say.NoWorkers(workers);
            workers = 1;
        }

        var start = AtLeastOne(c.StartServers?.Value ?? MpmDefaults.PreforkStartServers, int.MaxValue, null, say.StartServersTooLow);
        var minSpare = AtLeastOne(c.MinSpareServers?.Value ?? MpmDefaults.PreforkStartServers, int.MaxValue, null, say.MinSpareTooLow);
        return new()
        {
            Mpm = Mpm.Prefork,
            ServerLimit = servers,
            ThreadLimit = 1,
            ThreadsPerChild = 1,
            MaxRequestWorkers = workers,
            StartServers = Math.Min(start, workers),
            MinSpare = minSpare,
            MaxSpare = (int)Math.Max(c.MaxSpareServers?.Value ?? MpmDefaults.PreforkMaxSpareServers, Math.Min(minSpare + 1L, int.MaxValue)),
            AsyncRequestWorkerFactor = 0,
            Messages = say.All,
        };
    }

    private static EffectiveLimits Threaded(MpmSettings c, MpmMessages say)
    {
        var factor = c.Mpm == Mpm.Event ? AsyncFactor.Parse(c.AsyncRequestWorkerFactor, say) : 0;
        var servers = AtLeastOne(c.ServerLimit?.Value ?? MpmDefaults.ServerLimit, MpmDefaults.MaxServerLimit, say.ServerLimitTooHigh, say.ServerLimitTooLow);
        var threadBound = c.Mpm == Mpm.Event ? MpmDefaults.MaxThreadLimitEvent : MpmDefaults.MaxThreadLimitWorker;
        var threadLimit = AtLeastOne(c.ThreadLimit?.Value ?? MpmDefaults.ThreadLimit, threadBound, say.ThreadLimitTooHigh, say.ThreadLimitTooLow);
        var threads = AtLeastOne(c.ThreadsPerChild?.Value ?? MpmDefaults.ThreadsPerChild, threadLimit, say.ThreadsPerChildTooHigh, say.ThreadsPerChildTooLow);

        var workers = c.MaxRequestWorkers?.Value ?? MpmDefaults.MaxRequestWorkers;
        if (workers < threads)
        {
            say.WorkersBelowOneProcess(workers, threads);
            workers = threads;
        }

        var processes = workers / threads;
        if (workers % threads != 0)
        {
            say.WorkersNotAMultiple(workers, threads, processes * threads, processes);
            workers = processes * threads;
        }

        if (processes > servers)
        {
            say.TooManyServers(workers, processes, servers, servers * threads);
            processes = servers;
            workers = servers * threads;
        }

        var start = AtLeastOne(c.StartServers?.Value ?? MpmDefaults.StartServers, int.MaxValue, null, say.StartServersTooLow);
        var minSpare = AtLeastOne(c.MinSpareThreads?.Value ?? MpmDefaults.MinSpareThreads, int.MaxValue, null, say.MinSpareTooLow);
        // One listener bucket: ListenCoresBucketsRatio is 0 unless an administrator asks for more.
        var leastMaxSpare = Math.Min(minSpare + threads + 1L, int.MaxValue);
        return new()
        {
            Mpm = c.Mpm,
            ServerLimit = servers,
            ThreadLimit = threadLimit,
            ThreadsPerChild = threads,
            MaxRequestWorkers = workers,
            StartServers = Math.Min(start, processes),
            MinSpare = minSpare,
            MaxSpare = (int)Math.Max(c.MaxSpareThreads?.Value ?? MpmDefaults.MaxSpareThreads, leastMaxSpare),
            AsyncRequestWorkerFactor = factor,
            Messages = say.All,
        };
    }

    private static int AtLeastOne(int value, int bound, Action<int, int>? tooHigh, Action<int> tooLow)
    {
        if (value > bound)
        {
            tooHigh?.Invoke(value, bound);
            return bound;
        }

        if (value >= 1)
            return value;
        tooLow(value);
        return 1;
    }

    private static void RejectForeignDirectives(MpmSettings c, MpmMessages say)
    {
        var threaded = c.Mpm != Mpm.Prefork;
        Reject(!threaded && c.ThreadLimit is not null, nameof(MpmSettings.ThreadLimit));
        Reject(!threaded && c.ThreadsPerChild is not null, nameof(MpmSettings.ThreadsPerChild));
        Reject(!threaded && c.MinSpareThreads is not null, nameof(MpmSettings.MinSpareThreads));
        Reject(!threaded && c.MaxSpareThreads is not null, nameof(MpmSettings.MaxSpareThreads));
        Reject(threaded && c.MinSpareServers is not null, nameof(MpmSettings.MinSpareServers));
        Reject(threaded && c.MaxSpareServers is not null, nameof(MpmSettings.MaxSpareServers));
        Reject(c.Mpm != Mpm.Event && c.AsyncRequestWorkerFactor is not null, nameof(MpmSettings.AsyncRequestWorkerFactor));

        void Reject(bool foreign, string directive)
        {
            if (foreign)
                say.InvalidCommand(directive);
        }
    }
}
