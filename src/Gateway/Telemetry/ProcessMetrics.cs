using System.Globalization;

namespace Weir.Gateway.Telemetry;

/// <summary>The process metrics that every Prometheus client library has, under the same names.</summary>
internal static class ProcessMetrics
{
    public static void Write(PrometheusWriter writer)
    {
        writer.Single("process_cpu_seconds_total", "counter", "User and system CPU time spent, in seconds.", Environment.CpuUsage.TotalTime.TotalSeconds);
        writer.Single("process_resident_memory_bytes", "gauge", "Resident memory, in bytes.", Environment.WorkingSet);
        writer.Single("process_start_time_seconds", "gauge", "Start of the process, in seconds since the Unix epoch.", StartTime.Value);
        if (OpenFiles() is { } open)
            writer.Single("process_open_fds", "gauge", "Open file descriptors.", open);
        if (MaxFiles.Value is { } max)
            writer.Single("process_max_fds", "gauge", "Most file descriptors that may be open.", max);
    }

    private static readonly Lazy<double> StartTime = new(static () =>
    {
        using var self = System.Diagnostics.Process.GetCurrentProcess();
        return (self.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds;
    });

    private static readonly Lazy<double?> MaxFiles = new(static () =>
    {
        try
        {
            var line = File.ReadLines("/proc/self/limits").FirstOrDefault(l => l.StartsWith("Max open files", StringComparison.Ordinal));
            var soft = line?["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
            return double.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var max) ? max : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    });

    private static int? OpenFiles()
    {
        try
        {
            return Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
