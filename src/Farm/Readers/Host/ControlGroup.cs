namespace Weir.Farm.Readers.Host;

/// <summary>The limits of the control groups that a process is in: its own and every one above.</summary>
internal sealed class ControlGroup
{
    private readonly string _base;
    private readonly Dictionary<string, string> _pathByController = new(StringComparer.Ordinal);

    private ControlGroup(string sysFolder) => _base = sysFolder;

    public static ControlGroup Of(string root, string process)
    {
        var prefix = root.Length == 0 ? "/" : root;
        var groups = new ControlGroup(Path.Combine(prefix, "sys/fs/cgroup"));
        foreach (var line in ProcText.Lines(Path.Combine(prefix, "proc", process, "cgroup")))
        {
            // "0::/system.slice/apache2.service" (version 2) or "8:pids:/system.slice" (version 1).
            if (line.Split(':', 3) is not [_, var controllers, var path])
                continue;
            foreach (var controller in controllers.Split(','))
                groups._pathByController[controller] = path.TrimStart('/');
        }

        return groups;
    }

    /// <summary>The least value of that file from the group up to the root; null when none sets one.</summary>
    public double? Value(string controller, string fileV2, string fileV1)
    {
        double? least = null;
        foreach (var folder in Folders(controller, out var isV1))
        {
            // Version 1 writes a huge number for "no limit".
            if (ProcText.Lines(Path.Combine(folder, isV1 ? fileV1 : fileV2)) is [var text, ..] && ProcText.FirstNumber(text) is { } value and < (1L << 60) && (least is null || value < least))
                least = value;
        }

        return least;
    }

    /// <summary>The CPU quota in processors; null for no quota.</summary>
    public double? CpuQuota()
    {
        double? least = null;
        foreach (var folder in Folders("cpu", out var isV1))
        {
            var (quota, period) = isV1
                ? (First(Path.Combine(folder, "cpu.cfs_quota_us"), 0), First(Path.Combine(folder, "cpu.cfs_period_us"), 0))
                : (First(Path.Combine(folder, "cpu.max"), 0), First(Path.Combine(folder, "cpu.max"), 1));
            if (quota > 0 && period > 0 && (least is null || quota.Value / (double)period.Value < least))
                least = quota.Value / (double)period.Value;
        }

        return least;
    }

    private static long? First(string path, int index) =>
        ProcText.Lines(path) is [var text, ..] && text.Split(' ') is { } words && words.Length > index ? ProcText.FirstNumber(words[index]) : null;

    private List<string> Folders(string controller, out bool isV1)
    {
        isV1 = _pathByController.TryGetValue(controller, out var path);
        if (!isV1 && !_pathByController.TryGetValue("", out path))
            return [];
        var top = isV1 ? Path.Combine(_base, controller) : _base;
        var folders = new List<string> { top };
        foreach (var part in path!.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            top = Path.Combine(top, part);
            folders.Add(top);
        }

        return folders;
    }
}
