namespace Weir.Gateway.Admin;

/// <summary>One server as the farm feed sees it; null is "not known".</summary>
internal sealed record ServerFacts
{
    /// <summary>prefork, worker or event.</summary>
    public string? Mpm { get; init; }

    /// <summary>Where the limit comes from: configured, document, scoreboard, model or default.</summary>
    public string? Source { get; init; }

    /// <summary>The arithmetic or the event behind the limit, one sentence.</summary>
    public string? Reason { get; init; }

    /// <summary>MaxRequestWorkers after Apache's own clipping.</summary>
    public int? EffectiveMaxRequestWorkers { get; init; }

    public TimeSpan? KeepAliveTimeout { get; init; }

    /// <summary>Workers that Apache reports as busy, smoothed, whoever they serve.</summary>
    public double? Busy { get; init; }

    /// <summary>Workers that Apache reports as idle, smoothed.</summary>
    public double? Idle { get; init; }

    /// <summary>Busy workers that this gateway did not cause.</summary>
    public double? Foreign { get; init; }
}
