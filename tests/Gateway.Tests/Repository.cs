namespace Weir.Gateway.Tests;

/// <summary>The checkout that these tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] Skipped = ["bin", "obj", ".git", ".run", "node_modules", "TestResults", "BenchmarkDotNet.Artifacts"];

    /// <summary>The folder that holds Weir.slnx, found upwards from the test assembly.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Full path of something given relative to the root, with slashes.</summary>
    public static string At(string relative) => Path.Combine(Root, relative);

    /// <summary>Relative path with slashes, on every system.</summary>
    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    /// <summary>Files below a folder, without what builds and runs leave behind.</summary>
    /// <param name="folder">Relative to the root; empty for the root.</param>
    /// <param name="extensions">With dot; none takes all.</param>
    public static IEnumerable<string> Files(string folder, params string[] extensions)
    {
        foreach (var file in Directory.EnumerateFiles(At(folder)))
        {
            if (extensions.Length == 0 || extensions.Contains(Path.GetExtension(file), StringComparer.Ordinal))
                yield return file;
        }

        foreach (var child in Directory.EnumerateDirectories(At(folder)))
        {
            if (Skipped.Contains(Path.GetFileName(child), StringComparer.Ordinal))
                continue;
            foreach (var file in Files(Relative(child), extensions))
                yield return file;
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(typeof(Repository).Assembly.Location)!);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Weir.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("No folder above the test assembly holds Weir.slnx.");
    }
}
