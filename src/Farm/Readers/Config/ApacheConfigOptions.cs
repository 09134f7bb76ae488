namespace Weir.Farm.Readers.Config;

/// <summary>Where and with what an Apache would start.</summary>
public sealed record ApacheConfigOptions
{
    /// <summary>Folder that relative paths start from until a ServerRoot directive; null takes the file's own folder.</summary>
    public string? ServerRoot { get; init; }

    /// <summary>Prefix of every absolute path, for reading a container's or another machine's tree; empty reads the real one.</summary>
    public string FileSystemRoot { get; init; } = "";

    /// <summary>Names as by <c>-D NAME</c>.</summary>
    public IReadOnlyCollection<string> Defines { get; init; } = [];

    /// <summary>Environment for <c>${NAME}</c>, for example from Debian's envvars.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>For IfVersion.</summary>
    public Version ApacheVersion { get; init; } = new(2, 4, 62);

    /// <summary>Modules built into the binary, by identifier. Debian's and RHEL's builds share these.</summary>
    public IReadOnlyCollection<string> BuiltIn { get; init; } =
        ["core_module", "so_module", "http_module", "watchdog_module", "log_config_module", "logio_module", "version_module", "unixd_module"];

    /// <summary>How deep files may include each other; Apache's own bound is 128 for files.</summary>
    public int MaxDepth { get; init; } = 40;

    /// <summary>Files that are read at most.</summary>
    public int MaxFiles { get; init; } = 5000;

    /// <summary>Bytes that are read at most over all files.</summary>
    public long MaxBytes { get; init; } = 64 << 20;
}
