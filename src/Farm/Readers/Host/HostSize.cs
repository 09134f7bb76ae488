namespace Weir.Farm.Readers.Host;

/// <summary>What a machine, or the control group on it, gives; null for "could not be read".</summary>
public sealed record HostSize
{
    /// <summary>Memory in MB: the machine's, or the group's limit where that is less.</summary>
    public double? RamMb { get; init; }

    /// <summary>Memory that the kernel would give without swapping, in MB.</summary>
    public double? AvailableMb { get; init; }

    /// <summary>Processors, or the group's quota where that is less (a quota of 150 % is 1.5).</summary>
    public double? Cores { get; init; }

    /// <summary>Soft limit of open files; null when unlimited or unknown.</summary>
    public long? NoFile { get; init; }

    /// <summary>The least of pid_max, threads-max and the group's pids.max.</summary>
    public long? TasksMax { get; init; }
}
