using System.Diagnostics;

namespace Weir.Bench.Measure;

/// <summary>
/// What the machine did meanwhile for others than this program and what it started: on a busy machine every proxy costs more
/// per request, and not all by the same factor.
/// </summary>
internal sealed class OtherLoad
{
    /// <summary>Share from which a run is not to be trusted.</summary>
    public const double Tolerable = 0.05;

    private const double TicksPerSecond = 100;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly double _busySeconds = BusySeconds();
    private readonly double _ownSeconds = OwnSeconds();

    /// <summary>Of all cores since this was made, 0 to 1; what a hypervisor took away is in it.</summary>
    public double Share()
    {
        var others = BusySeconds() - _busySeconds - (OwnSeconds() - _ownSeconds);
        return Math.Clamp(others / (Stopwatch.GetElapsedTime(_started).TotalSeconds * Environment.ProcessorCount), 0, 1);
    }

    /// <summary>A sentence for the report.</summary>
    public string Describe() => Share() is var share && share > Tolerable
        ? $"**Other programs used {share:P0} of the machine meanwhile: not to be trusted.**"
        : $"Other programs used {share:P0} of the machine meanwhile.";

    // The programs that have ended are in what this one has waited for.
    private static double OwnSeconds() => ProcessStats.Read(Environment.ProcessId).CpuSeconds;

    // First line of proc(5)'s stat: user, nice, system, idle, iowait, irq, softirq, steal.
    private static double BusySeconds()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..].Select(double.Parse).ToArray();
        return (fields[0] + fields[1] + fields[2] + fields[5] + fields[6] + fields[7]) / TicksPerSecond;
    }
}
