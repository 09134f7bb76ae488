namespace Weir.Farm.Model;

/// <summary>What would help beyond the numbers. Only what the inputs give reason for.</summary>
internal static class AdviceList
{
    /// <summary>Modules that a server behind a gateway needs in any case.</summary>
    private static readonly HashSet<string> Keep = new(StringComparer.OrdinalIgnoreCase)
    {
        "core_module", "so_module", "http_module", "watchdog_module", "version_module", "log_config_module", "logio_module", "unixd_module",
        "mpm_prefork_module", "mpm_worker_module", "mpm_event_module", "authz_core_module", "mime_module", "dir_module", "status_module",
    };

    public static IReadOnlyList<string> Compute(TuningInputs i, EffectiveLimits limits)
    {
        var advice = new List<string>();
        Mpm(i, limits, advice);
        KeepAlive(i.Settings, limits, advice);
        Modules(i, advice);
        Disks(i, advice);
        if (i.ExtendedStatus == false)
            advice.Add("ExtendedStatus On: the gateway then sees arrival rate and service time, too.");
        return advice;
    }

    private static void Mpm(TuningInputs i, EffectiveLimits limits, List<string> advice)
    {
        if (limits.Mpm == Model.Mpm.Event)
            return;
        advice.Add(limits.Mpm == Model.Mpm.Prefork && ModuleNames.HasPhp(i.Modules)
            ? "Move PHP from mod_php to php-fpm and Apache from prefork to event: a process per request is dear, and an idle connection holds one."
            : $"Prefer event to {limits.Mpm.ToString().ToLowerInvariant()}: an idle keep-alive connection holds no worker there.");
    }

    private static void KeepAlive(MpmSettings s, EffectiveLimits limits, List<string> advice)
    {
        if (s.KeepAlive == false)
            advice.Add("KeepAlive On: the gateway's pool knows the MPM and bounds idle connections, so reuse costs no worker more than it should.");
        var timeout = s.KeepAliveTimeout ?? MpmDefaults.KeepAliveTimeout;
        if (s.KeepAlive != false && timeout <= TimeSpan.FromSeconds(1))
            advice.Add($"KeepAliveTimeout is {timeout.TotalSeconds:0.###} s: a gateway cannot reuse a connection safely; use 5 s.");
        if (s.MaxKeepAliveRequests?.Value is > 0 and < 10_000)
            advice.Add($"MaxKeepAliveRequests {s.MaxKeepAliveRequests} closes the gateway's connections often; use 0 (no bound) or at least 10000.");
        if (s.MaxKeepAliveRequests is null && s.KeepAlive is not null)
            advice.Add($"MaxKeepAliveRequests is not set, so {MpmDefaults.MaxKeepAliveRequests}; use 0 (no bound) or at least 10000.");
        if (limits.Mpm == Model.Mpm.Event && s.MaxConnectionsPerChild?.Value > 0)
            advice.Add($"MaxConnectionsPerChild {s.MaxConnectionsPerChild}: on event a process that reaches it drops its idle connections at once; use 0 unless a module leaks.");
    }

    private static void Modules(TuningInputs i, List<string> advice)
    {
        if (i.Modules is null)
            return;
        var spare = i.Modules.Where(m => !Keep.Contains(m)).Order(StringComparer.Ordinal).ToArray();
        if (spare.Length > 0)
            advice.Add($"Modules to unload if nothing uses them: {string.Join(", ", spare)}.");
        if (!i.Modules.Contains("status_module", StringComparer.OrdinalIgnoreCase))
            advice.Add("Load mod_status and limit /server-status to the gateway: without it the limit cannot follow the server.");
        else
            advice.Add("Limit /server-status to the gateway's addresses.");
        if (i.Modules.Contains("cache_disk_module", StringComparer.OrdinalIgnoreCase))
            advice.Add("mod_cache_disk is loaded: keep htcacheclean running, or its folder grows without bound.");
    }

    private static void Disks(TuningInputs i, List<string> advice)
    {
        if (i.Disks is not { } disks)
            return;
        if (disks.Cache is not null && disks.Cache == disks.Logs)
            advice.Add("Cache and logs lie on one disk; put them on different ones, both write with every request.");
        if (disks.Cache is not null && disks.Cache == disks.DocumentRoot)
            advice.Add("The cache lies on the DocumentRoot's disk; put it on another one.");
    }
}
