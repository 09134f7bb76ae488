using System.Globalization;

namespace Weir.Farm.Model;

/// <summary>What Apache does not check: whether the machine can carry what the directives allow.</summary>
internal static class Findings
{
    public static IReadOnlyList<Finding> Compute(TuningInputs i, EffectiveLimits limits, MemoryModel memory, IReadOnlyList<CapacityBound> bounds)
    {
        var found = new List<Finding>();
        Modules(i, limits, found);
        DroppedText(i.Settings, found);
        if (limits.Mpm == Mpm.Event && limits.ServerLimit < 2 * limits.Processes)
            found.Add(new("graceful-slots", $"ServerLimit {limits.ServerLimit} leaves no slots for a graceful restart on event; use {2 * limits.Processes}"));
        var spawn = SpawnSchedule.SecondsToReach(limits.StartServers, limits.Processes);
        if (spawn > 5)
            found.Add(new("slow-start", $"StartServers {limits.StartServers} needs ~{spawn} s to reach {limits.Processes} processes"));

        var need = memory.Need(limits.MaxRequestWorkers, limits.ThreadsPerChild);
        if (CapacityBounds.BudgetMb(i) is { } budget && need > budget)
            found.Add(new("ram", $"Estimated {N(need)} MB exceeds {N(budget)} MB: Apache will swap; lower MaxRequestWorkers to {Workers("ram")}"));
        if (Workers("cpu") is { } cpu && limits.MaxRequestWorkers > cpu)
            found.Add(new("cpu", $"{limits.MaxRequestWorkers} workers exceed CPU capacity {cpu}: requests will time out"));
        if (limits.Tasks > i.TasksMax)
            found.Add(new("tasks", $"{limits.Tasks} tasks exceed TasksMax/pid_max {i.TasksMax}"));
        FileDescriptors(i, limits, found);
        if (i.BackendMax < limits.MaxRequestWorkers)
            found.Add(new("backend", $"Backend allows {i.BackendMax}; dynamic requests above it queue"));
        if (i.MemorySample is { IsTrustworthy: false })
            found.Add(new("memory-sample", "Memory sample taken while idle or within 24 h of start"));
        return found;

        long? Workers(string name) => bounds.First(b => b.Name == name).Workers;
    }

    private static void Modules(TuningInputs i, EffectiveLimits limits, List<Finding> found)
    {
        if (limits.Mpm == Mpm.Prefork && i.Settings.ThreadsPerChild is not null)
            found.Add(new("prefork-threads", "ThreadsPerChild is not valid for prefork"));
        if (limits.Mpm != Mpm.Prefork && ModuleNames.HasPhp(i.Modules))
            found.Add(new("mod-php", "mod_php requires prefork"));
    }

    private static void DroppedText(MpmSettings s, List<Finding> found)
    {
        foreach (var (name, value) in MpmDirectives.Numbers(s))
        {
            if (!value.IsExact)
                found.Add(new("number", $"{name} {value.Text} is read as {value.Value}: Apache drops what is not a number in silence"));
        }
    }

    private static void FileDescriptors(TuningInputs i, EffectiveLimits limits, List<Finding> found)
    {
        if (i.NoFile is not { } nofile)
            return;
        var requests = 32L + (long)limits.ThreadsPerChild * (1 + i.FdsPerRequest);
        var connections = 32L + (long)limits.ThreadsPerChild * (1 + limits.AsyncRequestWorkerFactor);
        if (Math.Max(requests, connections) > nofile)
            found.Add(new("nofile", $"nofile {nofile} too low: a process can need {Math.Max(requests, connections)}"));
    }

    private static string N(double value) => value.ToString("0", CultureInfo.InvariantCulture);
}
