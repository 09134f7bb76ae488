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
        var open = new Queue<int>([pid]);
        while (open.TryDequeue(out var next))
        {
            if (!processes.TryGetValue(next, out var fields))
                continue;
            // After the name: state, ppid, ... utime is field 14 of proc(5), cutime 16, rss 24.
            ticks += fields[11..15].Sum(double.Parse);
            rss += long.Parse(fields[21]) * Environment.SystemPageSize;
            foreach (var (child, of) in processes)
            {
                if (of[1] == next.ToString())
                    open.Enqueue(child);
            }
        }

        return new ProcessStats(ticks / TicksPerSecond, rss);
    }

    /// <summary>CPU between two readings per request, in microseconds; NaN without requests.</summary>
    public static double MicrosecondsPerRequest(ProcessStats before, ProcessStats after, long requests) =>
        requests == 0 ? double.NaN : (after.CpuSeconds - before.CpuSeconds) * 1e6 / requests;

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
