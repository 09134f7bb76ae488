namespace Weir.Farm.Model;

/// <summary>What counts when a directive is not written: the constants of httpd 2.4.x, and Debian's shipped files.</summary>
public static class MpmDefaults
{
    /// <summary>Threaded MPMs: ServerLimit.</summary>
    public const int ServerLimit = 16;

    /// <summary>Threaded MPMs: the largest ServerLimit that httpd is compiled for.</summary>
    public const int MaxServerLimit = 20_000;

    /// <summary>Threaded MPMs: ThreadLimit.</summary>
    public const int ThreadLimit = 64;

    /// <summary>Worker: the largest ThreadLimit.</summary>
    public const int MaxThreadLimitWorker = 20_000;

    /// <summary>Event: the largest ThreadLimit.</summary>
    public const int MaxThreadLimitEvent = 100_000;

    /// <summary>Threaded MPMs: ThreadsPerChild.</summary>
    public const int ThreadsPerChild = 25;

    /// <summary>Threaded MPMs: MaxRequestWorkers. A constant: raising ServerLimit alone does not raise it.</summary>
    public const int MaxRequestWorkers = 400;

    /// <summary>Threaded MPMs: StartServers.</summary>
    public const int StartServers = 3;

    /// <summary>Threaded MPMs: MinSpareThreads.</summary>
    public const int MinSpareThreads = 75;

    /// <summary>Threaded MPMs: MaxSpareThreads.</summary>
    public const int MaxSpareThreads = 250;

    /// <summary>Event: AsyncRequestWorkerFactor.</summary>
    public const int AsyncRequestWorkerFactor = 2;

    /// <summary>Prefork: ServerLimit and MaxRequestWorkers.</summary>
    public const int PreforkServerLimit = 256;

    /// <summary>Prefork: the largest ServerLimit.</summary>
    public const int MaxPreforkServerLimit = 200_000;

    /// <summary>Prefork: StartServers and MinSpareServers.</summary>
    public const int PreforkStartServers = 5;

    /// <summary>Prefork: MaxSpareServers.</summary>
    public const int PreforkMaxSpareServers = 10;

    /// <summary>KeepAliveTimeout of httpd.</summary>
    public static readonly TimeSpan KeepAliveTimeout = TimeSpan.FromSeconds(5);

    /// <summary>MaxKeepAliveRequests of httpd.</summary>
    public const int MaxKeepAliveRequests = 100;

    /// <summary>The values in Debian's <c>mods-available/mpm_*.conf</c>.</summary>
    public static MpmSettings Debian(Mpm mpm) => mpm == Mpm.Prefork
        ? new() { Mpm = mpm, StartServers = 5, MinSpareServers = 5, MaxSpareServers = 10, MaxRequestWorkers = 150, MaxConnectionsPerChild = 0 }
        : new()
        {
            Mpm = mpm,
            StartServers = 2,
            MinSpareThreads = 25,
            MaxSpareThreads = 75,
            ThreadLimit = 64,
            ThreadsPerChild = 25,
            MaxRequestWorkers = 150,
            MaxConnectionsPerChild = 0,
        };
}
