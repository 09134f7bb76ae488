namespace Weir.Farm.Model;

/// <summary>
/// The directives that shape an Apache's capacity, as configured: null means "not written", so Apache's own default
/// counts. Values are what the administrator wrote, not what Apache makes of them; see <see cref="EffectiveLimits"/>.
/// </summary>
public sealed record MpmSettings
{
    /// <summary>The loaded MPM.</summary>
    public Mpm Mpm { get; init; } = Mpm.Event;

    /// <summary>Processes that the scoreboard has room for; on prefork the bound of MaxRequestWorkers.</summary>
    public ApacheNumber? ServerLimit { get; init; }

    /// <summary>Threads per process that the scoreboard has room for.</summary>
    public ApacheNumber? ThreadLimit { get; init; }

    /// <summary>Worker threads in each process.</summary>
    public ApacheNumber? ThreadsPerChild { get; init; }

    /// <summary>Requests served at once (<c>MaxClients</c> before 2.4).</summary>
    public ApacheNumber? MaxRequestWorkers { get; init; }

    /// <summary>Processes forked at start.</summary>
    public ApacheNumber? StartServers { get; init; }

    /// <summary>Worker and event: idle threads below which a process is added.</summary>
    public ApacheNumber? MinSpareThreads { get; init; }

    /// <summary>Worker and event: idle threads above which a process is ended.</summary>
    public ApacheNumber? MaxSpareThreads { get; init; }

    /// <summary>Prefork: idle processes below which one is added.</summary>
    public ApacheNumber? MinSpareServers { get; init; }

    /// <summary>Prefork: idle processes above which one is ended.</summary>
    public ApacheNumber? MaxSpareServers { get; init; }

    /// <summary>Event: connections beyond the workers that a process accepts, per idle worker. Parsed as a decimal, then cut to a whole number.</summary>
    public string? AsyncRequestWorkerFactor { get; init; }

    /// <summary>Connections after which a process ends, 0 for never.</summary>
    public ApacheNumber? MaxConnectionsPerChild { get; init; }

    /// <summary>Whether a connection serves more than one request.</summary>
    public bool? KeepAlive { get; init; }

    /// <summary>How long Apache waits for the next request on a connection.</summary>
    public TimeSpan? KeepAliveTimeout { get; init; }

    /// <summary>Requests per connection, 0 for no bound.</summary>
    public ApacheNumber? MaxKeepAliveRequests { get; init; }
}
