using System.Runtime.InteropServices;

namespace Weir.Bench.Measure;

/// <summary>
/// CPU time of a process and the descendants that it has now, in nanoseconds of the kernel's own clock per process: user and
/// system, threads that ended included. The ticks of /proc are too coarse for a window of a second.
/// </summary>
internal sealed class CpuClock
{
    private readonly int[] _clocks;

    private CpuClock(int[] clocks) => _clocks = clocks;

    public static CpuClock Of(int pid) =>
        // The id of another process's CPU clock, as clock_getcpuclockid(3) makes it: scheduler's clock, all threads.
        new([.. ProcessStats.Family(pid).Select(p => (~p << 3) | 2)]);

    /// <summary>Seconds used so far; a process that has ended counts as nothing.</summary>
    public double ReadSeconds()
    {
        double seconds = 0;
        foreach (var clock in _clocks)
        {
            if (ClockGetTime(clock, out var time) == 0)
                seconds += time.Seconds + time.Nanoseconds / 1e9;
        }

        return seconds;
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ClockGetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec
    {
        public readonly nint Seconds;
        public readonly nint Nanoseconds;
    }
}
