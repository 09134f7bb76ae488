namespace Weir.Farm.Model;

/// <summary>Everything that the tuning model reads. Null means "not known": a bound that needs it is left out, never guessed.</summary>
public sealed record TuningInputs
{
    /// <summary>The directives as configured.</summary>
    public MpmSettings Settings { get; init; } = new();

    /// <summary>The machine's memory in MB (MiB, as everywhere in the model).</summary>
    public double? RamMb { get; init; }

    /// <summary>Kept for the kernel and the page cache, in MB.</summary>
    public double ReservedMb { get; init; } = 512;

    /// <summary>What other services on the machine need (database, php-fpm, cache), in MB.</summary>
    public double OtherServicesMb { get; init; }

    /// <summary>Share of what is left that Apache may plan with, above 0 to 1.</summary>
    public double Headroom { get; init; } = 0.8;

    /// <summary>Measured PSS of one idle child in MB; null takes the model's default for the MPM.</summary>
    public double? ProcessMb { get; init; }

    /// <summary>Measured PSS that a working thread adds, in MB; null takes the default. Not used on prefork.</summary>
    public double? ThreadMb { get; init; }

    /// <summary>What the application itself needs per request inside Apache (mod_php, mod_lua), in MB.</summary>
    public double ApplicationMb { get; init; }

    /// <summary>The article's estimator: MB per worker.</summary>
    public double ArticleMbPerWorker { get; init; } = 10;

    /// <summary>Processor cores.</summary>
    public double? Cores { get; init; }

    /// <summary>CPU time of one request in seconds.</summary>
    public double? CpuPerRequestSeconds { get; init; }

    /// <summary>Mean time that a request holds a worker, in seconds.</summary>
    public double ServiceSeconds { get; init; } = 0.1;

    /// <summary>95th percentile of the same; null takes the mean.</summary>
    public double? ServiceP95Seconds { get; init; }

    /// <summary>Requests per second at the peak.</summary>
    public double? PeakRps { get; init; }

    /// <summary>How busy workers and CPU may be at the peak, above 0 to 1.</summary>
    public double TargetUtilisation { get; init; } = 0.7;

    /// <summary>Open files that one process may have (RLIMIT_NOFILE).</summary>
    public long? NoFile { get; init; }

    /// <summary>File descriptors of a request beyond its connection (a file, a socket to php-fpm).</summary>
    public int FdsPerRequest { get; init; } = 1;

    /// <summary>Tasks that Apache may have: the least of systemd's TasksMax, pid_max and threads-max.</summary>
    public long? TasksMax { get; init; }

    /// <summary>Sum of php-fpm's <c>pm.max_children</c> behind this Apache.</summary>
    public int? BackendMax { get; init; }

    /// <summary>Share of the requests that go to that backend, above 0 to 1.</summary>
    public double DynamicShare { get; init; } = 1;

    /// <summary>Gateways that share this Apache.</summary>
    public int Gateways { get; init; } = 1;

    /// <summary>Workers kept free for the status page and for people.</summary>
    public int Reserve { get; init; } = 1;

    /// <summary>Time after which a client gives up, in seconds.</summary>
    public double DeadlineSeconds { get; init; } = 10;

    /// <summary>Modules as <c>apache2 -M</c> names them (<c>php_module</c>); null when not known.</summary>
    public IReadOnlyList<string>? Modules { get; init; }

    /// <summary>How the memory figures were taken; null when they were not measured.</summary>
    public MemorySampleQuality? MemorySample { get; init; }

    /// <summary>Where logs, cache and pages lie; null when not known.</summary>
    public DiskLayout? Disks { get; init; }

    /// <summary>True when <c>ExtendedStatus On</c> was seen, false when Off, null when not known.</summary>
    public bool? ExtendedStatus { get; init; }
}
