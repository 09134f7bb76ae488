using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Weir.Forwarding.Buffering;

/// <summary>Makes the temporary files of spools, and says in the log, at most once a minute, why it cannot.</summary>
internal sealed partial class SpoolFiles(BufferingRulesSource rules, BufferingMetrics metrics, TimeProvider clock, ILogger<SpoolFiles> logger)
{
    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private static readonly FileStreamOptions Options = new()
    {
        Mode = FileMode.CreateNew,
        Access = FileAccess.ReadWrite,
        Share = FileShare.Delete,
        Options = FileOptions.Asynchronous,
        BufferSize = 0,
    };

    private readonly Lock _gate = new();
    private long? _loggedAt;

    static SpoolFiles()
    {
        // Nobody else on this machine may read what passes through.
        if (!OperatingSystem.IsWindows())
            Options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    }

    /// <summary>
    /// Opens a new file without a name, on a pool thread: opening may take a disk's time. Its name, which nobody can guess,
    /// is removed at once, so that nothing is left however the process ends.
    /// </summary>
    /// <exception cref="IOException">There is no such folder, or no room in it.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public Task<FileStream> OpenAsync(SpoolKind kind)
    {
        var directory = rules.Current.Directory;
        metrics.Spilled(kind);
        return Task.Run(() => Open(directory));
    }

    /// <summary>True for what a folder or a disk may do to us, as opposed to a bug.</summary>
    public static bool IsDiskTrouble(Exception error) =>
        error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;

    /// <summary>Counts and logs that a file could not be made or written.</summary>
    public void Failed(SpoolKind kind, Exception error)
    {
        metrics.Refused(kind, SpoolRefusal.Unavailable);
        lock (_gate)
        {
            var now = clock.GetTimestamp();
            if (_loggedAt is { } last && clock.GetElapsedTime(last, now) < LogInterval)
                return;
            _loggedAt = now;
        }

        LogFailed(rules.Current.Directory, error.Message);
    }

    private static FileStream Open(string directory)
    {
        var path = Path.Combine(directory, $"weir-{RandomNumberGenerator.GetHexString(32, lowercase: true)}");
        var file = new FileStream(path, Options);
        try
        {
            File.Delete(path);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    [LoggerMessage(1005, LogLevel.Warning, "No temporary file for buffering in {Directory}: {Cause}")]
    private partial void LogFailed(string directory, string cause);
}
