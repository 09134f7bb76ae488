namespace Weir.Farm.Readers.Memory;

/// <summary>One process.</summary>
/// <param name="Pid">Its id.</param>
/// <param name="ParentPid">Its parent's.</param>
/// <param name="PssMb">Proportional set size: a page that n processes share counts 1/n. Null when it may not be read (needs the same user or root).</param>
/// <param name="RssMb">Resident set size: a shared page counts in full in every process.</param>
/// <param name="Threads">Its threads.</param>
public sealed record ProcessMemory(int Pid, int ParentPid, double? PssMb, double RssMb, int Threads);
