namespace Weir.Farm.Model;

/// <summary>The MPM's directives in the order in which they are written.</summary>
public static class MpmDirectives
{
    /// <summary>Directives that an mpm block may hold, with the names that httpd used before 2.4.</summary>
    public static IReadOnlySet<string> Names { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        nameof(MpmSettings.ServerLimit), nameof(MpmSettings.ThreadLimit), nameof(MpmSettings.StartServers),
        nameof(MpmSettings.MinSpareThreads), nameof(MpmSettings.MaxSpareThreads), nameof(MpmSettings.MinSpareServers),
        nameof(MpmSettings.MaxSpareServers), nameof(MpmSettings.ThreadsPerChild), nameof(MpmSettings.MaxRequestWorkers),
        nameof(MpmSettings.AsyncRequestWorkerFactor), nameof(MpmSettings.MaxConnectionsPerChild), "MaxClients", "MaxRequestsPerChild",
    };

    /// <summary>The counts that are written, by name.</summary>
    public static IEnumerable<(string Name, ApacheNumber Value)> Numbers(MpmSettings s)
    {
        (string, ApacheNumber?)[] all =
        [
            (nameof(s.ServerLimit), s.ServerLimit), (nameof(s.ThreadLimit), s.ThreadLimit), (nameof(s.StartServers), s.StartServers),
            (nameof(s.MinSpareThreads), s.MinSpareThreads), (nameof(s.MaxSpareThreads), s.MaxSpareThreads),
            (nameof(s.MinSpareServers), s.MinSpareServers), (nameof(s.MaxSpareServers), s.MaxSpareServers),
            (nameof(s.ThreadsPerChild), s.ThreadsPerChild), (nameof(s.MaxRequestWorkers), s.MaxRequestWorkers),
            (nameof(s.MaxConnectionsPerChild), s.MaxConnectionsPerChild),
        ];
        foreach (var (name, value) in all)
        {
            if (value is { } number)
                yield return (name, number);
        }
    }

    /// <summary>Every written directive of the mpm block, as name and argument.</summary>
    public static IEnumerable<(string Name, string Argument)> Block(MpmSettings s)
    {
        foreach (var (name, value) in Numbers(s))
            yield return (name, value.Text);
        if (s.AsyncRequestWorkerFactor is { } factor)
            yield return (nameof(s.AsyncRequestWorkerFactor), factor);
    }
}
