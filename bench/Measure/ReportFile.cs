namespace Weir.Bench.Measure;

/// <summary>docs/benchmarks.md: each benchmark owns one marked section and leaves the rest alone.</summary>
internal static class ReportFile
{
    /// <summary>Replaces the section between <c>&lt;!-- name:begin --&gt;</c> and <c>&lt;!-- name:end --&gt;</c>, or appends it.</summary>
    public static void Write(string name, string section)
    {
        var path = Path.Combine(RepositoryRoot(), "docs", "benchmarks.md");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var text = File.Exists(path) ? File.ReadAllText(path) : "# Benchmarks\n\nEach table says how to get it again. Ratios within one run count, absolute times do not.\n";
        var (begin, end) = ($"<!-- {name}:begin -->", $"<!-- {name}:end -->");
        var marked = $"{begin}\n{section.Trim()}\n{end}";
        var (from, to) = (text.IndexOf(begin, StringComparison.Ordinal), text.IndexOf(end, StringComparison.Ordinal));
        text = from >= 0 && to > from ? text[..from] + marked + text[(to + end.Length)..] : $"{text.TrimEnd()}\n\n{marked}\n";
        File.WriteAllText(path, text);
        Console.WriteLine($"wrote the section {name} of docs/benchmarks.md");
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Weir.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("Weir.slnx lies in no folder above this program.");
        return folder.FullName;
    }
}
