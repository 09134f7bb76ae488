namespace Weir.Farm.Readers.Memory;

/// <summary>Measures one Apache by PSS from <c>smaps_rollup</c>, other Apaches on the machine left out.</summary>
/// <param name="root">Prefix of <c>/proc</c>; empty for the real one.</param>
public sealed class ApacheMemoryReader(string root = "")
{
    /// <summary>Measures; null when there is no such process.</summary>
    /// <param name="parentPid">Process id of the Apache's parent, as in its PidFile.</param>
    public ApacheMemory? Read(int parentPid)
    {
        var table = new ProcessTable(root);
        if (table.Read(parentPid) is not { } parent)
            return null;
        var children = new List<ProcessMemory>();
        var command = table.Command(parentPid);
        foreach (var pid in table.Pids())
        {
            // Piped loggers and CGI daemons are children, too; those that serve bear the parent's name.
            if (table.ParentOf(pid) == parentPid && table.Command(pid) == command && table.Read(pid) is { } child)
                children.Add(child);
        }

        return new(parent, children, table.Age(parentPid));
    }
}
