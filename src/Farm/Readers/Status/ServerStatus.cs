using Weir.Farm.Model;

namespace Weir.Farm.Readers.Status;

/// <summary>One answer of mod_status to <c>/server-status?auto</c>. What the page does not say is null.</summary>
public sealed record ServerStatus
{
    /// <summary>For example <c>Apache/2.4.71 (Debian)</c>.</summary>
    public string? Version { get; init; }

    /// <summary>Null on pages of 2.2 and early 2.4, which do not name it.</summary>
    public Mpm? Mpm { get; init; }

    /// <summary>Workers of the live generation that hold a request or connection; the one that wrote the page is among them.</summary>
    public required int Busy { get; init; }

    /// <summary>Workers of the live generation that wait.</summary>
    public required int Idle { get; init; }

    /// <summary>Workers of older generations that still finish.</summary>
    public int Graceful { get; init; }

    /// <summary>Event only: processes.</summary>
    public int? Processes { get; init; }

    /// <summary>Event only: processes that end.</summary>
    public int? Stopping { get; init; }

    /// <summary>Event only: open connections; stale under load.</summary>
    public int? Connections { get; init; }

    /// <summary>Event only: connections in keep-alive.</summary>
    public int? ConnectionsKeepAlive { get; init; }

    /// <summary>Seconds since the parent started; a graceful restart does not reset it.</summary>
    public long? UptimeSeconds { get; init; }

    /// <summary>Counts restarts of the configuration.</summary>
    public long? ConfigGeneration { get; init; }

    /// <summary>ExtendedStatus: requests since the start.</summary>
    public long? TotalAccesses { get; init; }

    /// <summary>ExtendedStatus since 2.4.36: sum of the requests' durations in milliseconds.</summary>
    public long? TotalDurationMs { get; init; }

    /// <summary>ExtendedStatus: seconds of CPU that the workers have used since the start, children's included.</summary>
    public double? CpuSeconds { get; init; }

    /// <summary>Counts by state; null when the page had none.</summary>
    public Scoreboard? Scoreboard { get; init; }

    /// <summary>Workers that live now, busy or not.</summary>
    public int Alive => Busy + Idle;

    /// <summary>
    /// Effective MaxRequestWorkers as the scoreboard's length tells it; null while an older generation still finishes,
    /// and on versions that print ServerLimit times ThreadLimit characters instead (they do not name their MPM).
    /// </summary>
    public int? EffectiveMaxRequestWorkers =>
        Mpm is not null && Graceful == 0 && Stopping is null or 0
        && Scoreboard is { Length: > 0, Finishing: 0, Unknown: 0 } board && board.Length >= Alive
            ? board.Length
            : null;
}
