using System.Globalization;
using Weir.Farm.Readers.Host;

namespace Weir.Farm.Readers.Memory;

/// <summary>Reads processes from <c>/proc</c>. A process that ends while it is read is left out.</summary>
internal sealed class ProcessTable(string root)
{
    private readonly string _proc = Path.Combine(root.Length == 0 ? "/" : root, "proc");

    public IEnumerable<int> Pids() => Directory.Exists(_proc)
        ? Directory.EnumerateDirectories(_proc).Select(Path.GetFileName).Where(n => int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out _)).Select(n => int.Parse(n!, CultureInfo.InvariantCulture)).Order()
        : [];

    /// <summary>The command's name, at most 15 characters; null when the process is gone.</summary>
    public string? Command(int pid) => ProcText.Lines(Path.Combine(_proc, Id(pid), "comm")) is [var name, ..] ? name : null;

    public int? ParentOf(int pid) => StatFields(pid) is { Length: > 1 } fields && int.TryParse(fields[1], out var parent) ? parent : null;

    public ProcessMemory? Read(int pid)
    {
        if (ParentOf(pid) is not { } parent)
            return null;
        var status = ProcText.Lines(Path.Combine(_proc, Id(pid), "status"));
        return new(pid, parent, Field(ProcText.Lines(Path.Combine(_proc, Id(pid), "smaps_rollup")), "Pss:") / 1024.0,
            (Field(status, "VmRSS:") ?? 0) / 1024.0, (int)(Field(status, "Threads:") ?? 1));
    }

    /// <summary>Seconds since the process began, with the kernel's usual 100 ticks a second.</summary>
    public double? Age(int pid)
    {
        // Field 22 of stat, counted from the state as 0, is 19.
        if (StatFields(pid) is not { Length: > 19 } fields || !long.TryParse(fields[19], out var ticks))
            return null;
        return ProcText.Lines(Path.Combine(_proc, "uptime")) is [var line, ..] && double.TryParse(line.Split(' ')[0], CultureInfo.InvariantCulture, out var uptime)
            ? Math.Max(0, uptime - ticks / 100.0)
            : null;
    }

    private static string Id(int pid) => pid.ToString(CultureInfo.InvariantCulture);

    private static long? Field(string[] lines, string name)
    {
        var line = Array.Find(lines, l => l.StartsWith(name, StringComparison.Ordinal));
        return line is null ? null : ProcText.FirstNumber(line[name.Length..]);
    }

    /// <summary>Fields after the command's name, which may itself hold blanks and brackets.</summary>
    private string[]? StatFields(int pid)
    {
        if (ProcText.Lines(Path.Combine(_proc, Id(pid), "stat")) is not [var line, ..])
            return null;
        var end = line.LastIndexOf(')');
        return end < 0 || end + 2 >= line.Length ? null : line[(end + 2)..].Split(' ');
    }
}
