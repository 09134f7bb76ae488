namespace Weir.Policies.Throttle.Imports;

/// <summary>What a file of mod_evasive's directives says; null for what it does not mention.</summary>
internal sealed class ModEvasiveSettings
{
    public int? PageCount { get; set; }

    public TimeSpan? PageInterval { get; set; }

    public int? SiteCount { get; set; }

    public TimeSpan? SiteInterval { get; set; }

    public TimeSpan? BlockingPeriod { get; set; }

    public int? Status { get; set; }

    /// <summary>In the order of the file.</summary>
    public List<string> Allow { get; } = [];

    /// <summary>Faults: with one of them the file does not count.</summary>
    public List<string> Errors { get; init; } = [];

    /// <summary>What was read and does nothing here.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>The options with these directives in the place of their own; the networks are added.</summary>
    public ThrottleOptions Over(ThrottleOptions options) => new()
    {
        Enabled = options.Enabled,
        DryRun = options.DryRun,
        Mode = options.Mode,
        PageCount = PageCount ?? options.PageCount,
        PageInterval = PageInterval ?? options.PageInterval,
        PageKey = options.PageKey,
        SiteCount = SiteCount ?? options.SiteCount,
        SiteInterval = SiteInterval ?? options.SiteInterval,
        SiteKey = options.SiteKey,
        BlockingPeriod = BlockingPeriod ?? options.BlockingPeriod,
        Rearm = options.Rearm,
        Allow = [.. options.Allow, .. Allow],
        StaticExemption = options.StaticExemption,
        Status = Status ?? options.Status,
        Headers = options.Headers,
        Rules = options.Rules,
        Connections = options.Connections,
        ModEvasiveFile = options.ModEvasiveFile,
        ImportIpRateLimiting = options.ImportIpRateLimiting,
        MaxCounters = options.MaxCounters,
        SharedSecret = options.SharedSecret,
    };
}
