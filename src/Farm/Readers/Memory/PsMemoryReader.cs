namespace Weir.Farm.Readers.Memory;

/// <summary>The published <c>ps</c> line, computed from <c>/proc</c> with the same faults, beside what is true.</summary>
/// <param name="root">Prefix of <c>/proc</c>; empty for the real one.</param>
/// <param name="command">The process name: <c>apache2</c> on Debian, <c>httpd</c> on RHEL.</param>
public sealed class PsMemoryReader(string root = "", string command = "apache2")
{
    /// <summary>Measures; null when no such process runs.</summary>
    public PsMemory? Read()
    {
        var table = new ProcessTable(root);
        var processes = table.Pids().Where(pid => table.Command(pid) == command).Select(table.Read).OfType<ProcessMemory>().ToArray();
        if (processes.Length == 0)
            return null;
        // y counts the header, too, so y - 1 is the number of processes; the parents, which serve nothing, are among them.
        var total = processes.Sum(p => p.RssMb);
        return new(total, total / processes.Length, processes.Length, processes.Any(p => p.PssMb is null) ? null : processes.Sum(p => p.PssMb!.Value));
    }
}
