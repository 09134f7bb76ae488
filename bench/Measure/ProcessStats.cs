namespace Weir.Bench.Measure;

/// <summary>CPU time and memory of a process and all its descendants, from /proc.</summary>
/// <param name="CpuSeconds">User and system time of what lives now, and of what it has waited for.</param>
/// <param name="RssBytes">Resident memory, summed; shared pages count once per process.</param>
internal sealed record ProcessStats(double CpuSeconds, long RssBytes)
{
    // USER_HZ is 100 on every Linux that .NET runs on; the kernel scales to it whatever its own tick is.
    private const double TicksPerSecond = 100;

    /// <summary>Reads them now; a process that ended counts as nothing.</summary>
    public static ProcessStats Read(int pid)
    {
        var processes = ReadAll();
        double ticks = 0;
        long rss = 0;
        foreach (var member in Family(pid, processes))
        {
            // After the name: state, ppid, ... utime is field 14 of proc(5), cutime 16, rss 24.
            var fields = processes[member];
            ticks += fields[11..15].Sum(double.Parse);
            rss += long.Parse(fields[21]) * Environment.SystemPageSize;
        }

        return new ProcessStats(ticks / TicksPerSecond, rss);
    }

    /// <summary>A process and all its descendants as they are now; none when it has ended.</summary>
    public static IReadOnlyList<int> Family(int pid) => Family(pid, ReadAll());

    /// <summary>Proportional memory of a process and its descendants, in bytes: a page shared by n processes counts 1/n in each.</summary>
    public static long PssBytes(int pid)
    {
        long kilobytes = 0;
        foreach (var member in Family(pid))
        {
            var line = File.ReadLines($"/proc/{member}/smaps_rollup").First(l => l.StartsWith("Pss:", StringComparison.Ordinal));
            kilobytes += long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
        }

        return kilobytes * 1024;
    }

    /// <summary>CPU between two readings per request, in microseconds; NaN without requests.</summary>
    public static double MicrosecondsPerRequest(ProcessStats before, ProcessStats after, long requests) =>
        requests == 0 ? double.NaN : (after.CpuSeconds - before.CpuSeconds) * 1e6 / requests;

    private static List<int> Family(int pid, Dictionary<int, string[]> processes)
    {
        var family = new List<int>();
        var open = new Queue<int>([pid]);
        while (open.TryDequeue(out var next))
        {
            if (!processes.ContainsKey(next))
                continue;
            family.Add(next);
            foreach (var (child, fields) in processes)
            {
                if (fields[1] == next.ToString())
                    open.Enqueue(child);
            }
        }

        return family;
    }

    private static Dictionary<int, string[]> ReadAll()
    {
        var all = new Dictionary<int, string[]>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            try
            {
                if (int.TryParse(Path.GetFileName(folder), out var pid) && File.ReadAllText(Path.Combine(folder, "stat")) is var stat)
                    all[pid] = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            }
            catch (IOException)
            {
                // It ended between the listing and the reading.
            }
        }

        return all;
    }
}
