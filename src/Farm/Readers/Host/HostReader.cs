using System.Globalization;

namespace Weir.Farm.Readers.Host;

/// <summary>
/// Reads a machine's size from <c>/proc</c> and its control groups (version 1 and 2). What cannot be read is null.
/// </summary>
/// <param name="root">Prefix of <c>/proc</c> and <c>/sys</c>; empty for the real ones.</param>
public sealed class HostReader(string root = "")
{
    /// <summary>The machine as a process on it sees it.</summary>
    /// <param name="pid">The process whose limits count (Apache's parent); null takes this process.</param>
    public HostSize Read(int? pid = null)
    {
        var process = pid?.ToString(CultureInfo.InvariantCulture) ?? "self";
        var groups = ControlGroup.Of(root, process);
        return new()
        {
            RamMb = Least(MemTotalMb(), groups.Value("memory", "memory.max", "memory.limit_in_bytes") / (1024.0 * 1024)),
            AvailableMb = MemInfo("MemAvailable:"),
            Cores = Least(CpuCount(), groups.CpuQuota()),
            NoFile = NoFile(process),
            TasksMax = (long?)Least(Number("proc/sys/kernel/pid_max"), Number("proc/sys/kernel/threads-max"), groups.Value("pids", "pids.max", "pids.max")),
        };
    }

    private double? MemTotalMb() => MemInfo("MemTotal:");

    private double? MemInfo(string field)
    {
        foreach (var line in Lines("proc/meminfo"))
        {
            if (line.StartsWith(field, StringComparison.Ordinal) && ProcText.FirstNumber(line[field.Length..]) is { } kilobytes)
                return kilobytes / 1024.0;
        }

        return null;
    }

    private double? CpuCount()
    {
        var count = Lines("proc/cpuinfo").Count(l => l.StartsWith("processor", StringComparison.Ordinal));
        return count > 0 ? count : null;
    }

    private long? NoFile(string process)
    {
        const string Label = "Max open files";
        var line = Array.Find(Lines($"proc/{process}/limits"), l => l.StartsWith(Label, StringComparison.Ordinal));
        return line is null ? null : ProcText.FirstNumber(line[Label.Length..]);
    }

    private long? Number(string path) => Lines(path) is [var first, ..] ? ProcText.FirstNumber(first) : null;

    private string[] Lines(string path) => ProcText.Lines(Path.Combine(root.Length == 0 ? "/" : root, path));

    private static double? Least(params ReadOnlySpan<double?> values)
    {
        double? least = null;
        foreach (var value in values)
        {
            if (value > 0 && (least is null || value < least))
                least = value;
        }

        return least;
    }
}
