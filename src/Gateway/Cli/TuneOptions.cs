using System.CommandLine;

namespace Weir.Gateway.Cli;

/// <summary>Every option of <c>weir tune</c>.</summary>
internal sealed class TuneOptions
{
    public Option<string?> Mpm { get; } = OneOf("--mpm", "The MPM.", "prefork", "worker", "event");
    public Option<string?> ServerLimit { get; } = Directive("--server-limit", "ServerLimit as configured.");
    public Option<string?> ThreadLimit { get; } = Directive("--thread-limit", "ThreadLimit as configured.");
    public Option<string?> ThreadsPerChild { get; } = Directive("--threads-per-child", "ThreadsPerChild as configured.");
    public Option<string?> MaxRequestWorkers { get; } = Directive("--max-request-workers", "MaxRequestWorkers as configured.");
    public Option<string?> StartServers { get; } = Directive("--start-servers", "StartServers as configured.");
    public Option<string?> MinSpareThreads { get; } = Directive("--min-spare-threads", "MinSpareThreads as configured.");
    public Option<string?> MaxSpareThreads { get; } = Directive("--max-spare-threads", "MaxSpareThreads as configured.");
    public Option<string?> MinSpareServers { get; } = Directive("--min-spare-servers", "MinSpareServers as configured (prefork).");
    public Option<string?> MaxSpareServers { get; } = Directive("--max-spare-servers", "MaxSpareServers as configured (prefork).");
    public Option<string?> AsyncFactor { get; } = Directive("--async-request-worker-factor", "AsyncRequestWorkerFactor as configured (event).");
    public Option<string?> MaxConnectionsPerChild { get; } = Directive("--max-connections-per-child", "MaxConnectionsPerChild as configured.");
    public Option<string?> KeepAlive { get; } = OneOf("--keep-alive", "KeepAlive as configured.", "on", "off");
    public Option<double?> KeepAliveTimeout { get; } = Time("--keep-alive-timeout", "KeepAliveTimeout as configured.");
    public Option<string?> MaxKeepAliveRequests { get; } = Directive("--max-keep-alive-requests", "MaxKeepAliveRequests as configured.");

    public Option<double?> Ram { get; } = Size("--ram", "Memory of the machine.");
    public Option<double?> ReservedMb { get; } = Size("--reserved-mb", "Kept for the kernel and its cache (512).");
    public Option<double?> OtherMb { get; } = Size("--other-mb", "Needed by other services on the machine (0).");
    public Option<double?> Headroom { get; } = Plain("--headroom", "Share of the rest that Apache may plan with (0.8).");
    public Option<double?> ProcessMb { get; } = Size("--process-mb", "Measured PSS of an idle child.");
    public Option<double?> ThreadMb { get; } = Size("--thread-mb", "Measured PSS that a working thread adds.");
    public Option<double?> AppMb { get; } = Size("--app-mb", "Memory of the application per request, inside Apache (0).");
    public Option<double?> ArticleMb { get; } = Size("--article-mb", "MB per worker of the published rule of thumb (10).");
    public Option<double?> Cores { get; } = Plain("--cores", "Processor cores.");
    public Option<double?> CpuPerRequest { get; } = Time("--cpu-per-request", "CPU time of a request.");
    public Option<double?> ServiceTime { get; } = Time("--service-time", "Mean time that a request holds a worker (100ms).");
    public Option<double?> ServiceP95 { get; } = Time("--service-p95", "Its 95th percentile (the mean).");
    public Option<double?> PeakRps { get; } = Plain("--peak-rps", "Requests per second at the peak.");
    public Option<double?> Utilisation { get; } = Plain("--utilisation", "How busy workers and CPU may be at the peak (0.7).");
    public Option<long?> NoFile { get; } = new("--nofile") { Description = "Open files per process." };
    public Option<int?> FdsPerRequest { get; } = new("--fds-per-request") { Description = "File descriptors of a request beyond its connection (1)." };
    public Option<long?> TasksMax { get; } = new("--tasks-max") { Description = "Tasks that Apache may have (systemd's TasksMax, pid_max)." };
    public Option<int?> BackendMax { get; } = new("--backend-max") { Description = "Sum of php-fpm's pm.max_children." };
    public Option<double?> DynamicShare { get; } = Plain("--dynamic-share", "Share of the requests that go to php-fpm (1).");
    public Option<int?> Gateways { get; } = new("--gateways") { Description = "Gateways that share this Apache (1)." };
    public Option<int?> Reserve { get; } = new("--reserve") { Description = "Workers kept free for the status page (1)." };
    public Option<double?> Deadline { get; } = Time("--deadline", "Time after which a client gives up (10s).");

    public Option<string?> Apache2 { get; } = new("--apache2") { Description = "Read a local Apache through its binary, for example /usr/sbin/apache2.", HelpName = "path" };
    public Option<string?> Config { get; } = new("--config") { Description = "Its configuration file, if not the binary's own.", HelpName = "path" };
    public Option<int?> Pid { get; } = new("--pid") { Description = "Measure the memory and limits of the running Apache with this parent process." };
    public Option<string?> StatusUrl { get; } = new("--status-url") { Description = "Read a running Apache through its /server-status.", HelpName = "url" };
    public Option<string?> SwitchTo { get; } = OneOf("--switch-to", "Print the steps to another MPM.", "prefork", "worker", "event");
    public Option<string?> Distro { get; } = OneOf("--distro", "Whose steps (debian).", "debian", "rhel");

    public Option<string?> Format { get; } = OneOf("--format", "table, json or conf (table).", "table", "json", "conf");
    public Option<string?> Apply { get; } = new("--apply") { Description = "Write the block to this file; keeps a backup, runs Apache's -t, restores on failure.", HelpName = "file" };
    public Option<bool> DryRun { get; } = new("--dry-run") { Description = "With --apply: only show the difference." };
    public Option<string?> Restart { get; } = OneOf("--restart", "With --apply: restart after a good check. full is needed when ServerLimit or ThreadLimit changes.", "graceful", "full");
    public Option<string?> ApacheCtl { get; } = new("--apachectl") { Description = "Restart through this script, for example /usr/sbin/apache2ctl, instead of the binary.", HelpName = "path" };

    /// <summary>All of them, in the order of the help page.</summary>
    public IEnumerable<Option> All() =>
    [
        Mpm, ServerLimit, ThreadLimit, ThreadsPerChild, MaxRequestWorkers, StartServers, MinSpareThreads, MaxSpareThreads, MinSpareServers, MaxSpareServers,
        AsyncFactor, MaxConnectionsPerChild, KeepAlive, KeepAliveTimeout, MaxKeepAliveRequests,
        Ram, ReservedMb, OtherMb, Headroom, ProcessMb, ThreadMb, AppMb, ArticleMb, Cores, CpuPerRequest, ServiceTime, ServiceP95, PeakRps, Utilisation,
        NoFile, FdsPerRequest, TasksMax, BackendMax, DynamicShare, Gateways, Reserve, Deadline,
        Apache2, Config, Pid, StatusUrl, SwitchTo, Distro, Format, Apply, DryRun, Restart, ApacheCtl,
    ];

    // Text, not a number: what Apache makes of "12x" is for the model to say.
    private static Option<string?> Directive(string name, string description) => new(name) { Description = description, HelpName = "n" };

    private static Option<string?> OneOf(string name, string description, params string[] values)
    {
        var option = new Option<string?>(name) { Description = description };
        option.AcceptOnlyFromAmong(values);
        return option;
    }

    private static Option<double?> Plain(string name, string description) => new(name) { Description = description };

    private static Option<double?> Size(string name, string description) => TuneQuantity.Option(name, description, "size", TuneQuantity.Megabytes);

    private static Option<double?> Time(string name, string description) => TuneQuantity.Option(name, description, "time", TuneQuantity.Seconds);
}
