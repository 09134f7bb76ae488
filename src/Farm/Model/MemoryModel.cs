namespace Weir.Farm.Model;

/// <summary>
/// What memory an Apache needs, by PSS: pages that processes share count once. The defaults were fitted to Debian's
/// Apache 2.4.71 serving static files and small scripts; they hold within 10 % there, and say nothing about an
/// application inside Apache, which <see cref="TuningInputs.ApplicationMb"/> adds.
/// </summary>
public sealed record MemoryModel
{
    /// <summary>Default for a process of worker or event, its idle threads apart, in MB.</summary>
    public const double DefaultProcessMb = 0.285;

    /// <summary>Default for a thread that has worked, its touched stack included, in MB.</summary>
    public const double DefaultThreadMb = 0.1;

    /// <summary>Default for a prefork process without an application, in MB.</summary>
    public const double DefaultPreforkMb = 0.27;

    /// <summary>Default for a prefork process with mod_php that has served small scripts, in MB.</summary>
    public const double DefaultPreforkPhpMb = 0.44;

    /// <summary>Page tables and kernel structures of a threaded process, in MB.</summary>
    public const double KernelPerProcessMb = 0.25;

    /// <summary>The same of a prefork process, its kernel stack included, in MB.</summary>
    public const double KernelPerPreforkMb = 0.35;

    /// <summary>A thread's kernel stack, in MB.</summary>
    public const double KernelPerThreadMb = 16.0 / 1024;

    private MemoryModel(bool prefork, double perProcess, double perThread)
    {
        IsPrefork = prefork;
        PerProcessMb = perProcess;
        PerThreadMb = perThread;
    }

    /// <summary>True when a worker is a process.</summary>
    public bool IsPrefork { get; }

    /// <summary>Per process, the kernel's part included.</summary>
    public double PerProcessMb { get; }

    /// <summary>Per worker thread, kernel stack and application included; on prefork 0.</summary>
    public double PerThreadMb { get; }

    /// <summary>The model for these inputs.</summary>
    public static MemoryModel From(TuningInputs inputs)
    {
        if (inputs.Settings.Mpm != Mpm.Prefork)
            return new(prefork: false, (inputs.ProcessMb ?? DefaultProcessMb) + KernelPerProcessMb, (inputs.ThreadMb ?? DefaultThreadMb) + KernelPerThreadMb + inputs.ApplicationMb);
        var byDefault = ModuleNames.HasPhp(inputs.Modules) ? DefaultPreforkPhpMb : DefaultPreforkMb;
        return new(prefork: true, (inputs.ProcessMb ?? byDefault) + KernelPerPreforkMb + inputs.ApplicationMb, 0);
    }

    /// <summary>Memory of <paramref name="workers"/> workers in processes of <paramref name="threadsPerChild"/>, in MB. Grows with the workers.</summary>
    public double Need(long workers, int threadsPerChild)
    {
        var processes = IsPrefork ? workers : (workers + threadsPerChild - 1) / threadsPerChild;
        return processes * PerProcessMb + workers * PerThreadMb;
    }

    /// <summary>The most workers, in whole processes, whose need stays within the budget; 0 when not one process fits.</summary>
    public long MaxWorkers(double budgetMb, int threadsPerChild)
    {
        var step = IsPrefork ? 1 : threadsPerChild;
        var perStep = IsPrefork ? PerProcessMb : PerProcessMb + threadsPerChild * PerThreadMb;
        var processes = (long)Math.Max(0, Math.Floor(budgetMb / perStep));
        // The division may round to the wrong side of a whole number; the sum decides.
        while (processes > 0 && Need(processes * step, step) > budgetMb)
            processes--;
        while (Need((processes + 1) * step, step) <= budgetMb)
            processes++;
        return processes * step;
    }

    /// <summary>The article's rule: workers x 10 MB + 512 MB, in MB. Right only where each request really needs that much.</summary>
    public static double Article(long workers, double mbPerWorker, double reservedMb) => workers * mbPerWorker + reservedMb;
}
