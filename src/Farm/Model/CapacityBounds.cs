using System.Globalization;

namespace Weir.Farm.Model;

/// <summary>The bounds that memory, CPU, file descriptors, tasks and the backend set on the number of workers.</summary>
internal static class CapacityBounds
{
    public static IReadOnlyList<CapacityBound> Compute(TuningInputs i, EffectiveLimits limits, MemoryModel memory) =>
        [Ram(i, limits, memory), Cpu(i), FileDescriptors(i, limits), Tasks(i, limits), Backend(i)];

    /// <summary>headroom x (RAM - reserved - others), in MB; null when the RAM is not known.</summary>
    public static double? BudgetMb(TuningInputs i) => i.RamMb is { } ram ? i.Headroom * (ram - i.ReservedMb - i.OtherServicesMb) : null;

    private static CapacityBound Ram(TuningInputs i, EffectiveLimits limits, MemoryModel memory)
    {
        if (BudgetMb(i) is not { } budget)
            return Missing("ram", "--ram");
        var unit = memory.IsPrefork
            ? $"{N(memory.PerProcessMb)} MB a process"
            : $"{N(memory.PerProcessMb + limits.ThreadsPerChild * memory.PerThreadMb)} MB a process of {limits.ThreadsPerChild} threads";
        return new("ram", memory.MaxWorkers(budget, limits.ThreadsPerChild), Applies: true,
            $"budget {N(budget)} MB = {N(i.Headroom)} x ({N(i.RamMb!.Value)} - {N(i.ReservedMb)} - {N(i.OtherServicesMb)}); {unit}");
    }

    private static CapacityBound Cpu(TuningInputs i)
    {
        if (i.Cores is not { } cores)
            return Missing("cpu", "--cores");
        if (i.CpuPerRequestSeconds is not { } cpu)
            return Missing("cpu", "--cpu-per-request");
        return new("cpu", Floor(cores * i.TargetUtilisation * i.ServiceSeconds / cpu), Applies: true,
            $"{N(cores)} cores x {N(i.TargetUtilisation)} x {N(i.ServiceSeconds * 1000)} ms / {N(cpu * 1000)} ms of CPU a request");
    }

    private static CapacityBound FileDescriptors(TuningInputs i, EffectiveLimits limits)
    {
        if (i.NoFile is not { } nofile)
            return Missing("fd", "--nofile");
        var perProcess = Math.Max(0, (nofile - 32) / (1 + i.FdsPerRequest));
        // Descriptors bound the threads of ONE process. Where a process has room for all its threads, so has any number of them.
        return new("fd", limits.Processes * perProcess, Applies: perProcess < limits.ThreadsPerChild,
            $"{limits.Processes} processes x ({nofile} - 32) / {1 + i.FdsPerRequest}: {perProcess} requests a process, it has {limits.ThreadsPerChild} threads");
    }

    private static CapacityBound Tasks(TuningInputs i, EffectiveLimits limits)
    {
        if (i.TasksMax is not { } tasks)
            return Missing("tasks", "--tasks-max");
        return limits.Mpm == Mpm.Prefork
            ? new("tasks", tasks - 1, Applies: true, $"{tasks} tasks - 1 parent")
            : new("tasks", limits.ThreadsPerChild * ((tasks - 1) / (limits.ThreadsPerChild + 2)), Applies: true,
                $"({tasks} - 1) / ({limits.ThreadsPerChild} + 2) processes of {limits.ThreadsPerChild} threads");
    }

    private static CapacityBound Backend(TuningInputs i) => i.BackendMax is { } backend
        ? new("backend", Floor(backend / i.DynamicShare), Applies: true, $"{backend} php-fpm children / {N(i.DynamicShare)} of the requests")
        : Missing("backend", "--backend-max");

    private static CapacityBound Missing(string name, string option) => new(name, null, Applies: false, $"not known, needs {option}");

    // A hair above a whole number is that number: 2 x 0.7 x 0.1 / 0.01 is 14 and not 13.999...
    private static long Floor(double value) => (long)Math.Min(Math.Floor(value + 1e-9), 1L << 50);

    private static string N(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
