using System.Diagnostics;

namespace Weir.Functional;

/// <summary>How <c>eng/test.sh</c> counts, in a copy of the scripts beside a dotnet that only writes a result file.</summary>
public sealed class TestScriptTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("weir-test-script-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("<Counters total=\"3\" passed=\"3\" failed=\"0\" />", "3 passed, 0 failed", 0)]
    [InlineData("<Counters total=\"3\" passed=\"2\" failed=\"1\" />", "2 passed, 1 failed", 1)]
    [InlineData("<Counters total=\"0\" passed=\"0\" failed=\"0\" />", "0 passed, 1 failed", 1)]
    [InlineData("<TestRun />", "0 passed, 1 failed", 1)]
    public async Task The_last_line_counts_a_project_without_a_test_as_a_failure(string results, string last, int code)
    {
        Directory.CreateDirectory(Path.Combine(_root, "eng"));
        foreach (var script in Directory.GetFiles(Path.Combine(RepositoryRoot(), "eng"), "*.sh"))
            File.Copy(script, Path.Combine(_root, "eng", Path.GetFileName(script)));
        var dotnet = Path.Combine(_root, "dotnet");
        await File.WriteAllTextAsync(dotnet, $"""
            #!/bin/sh
            [ "$1" = --list-sdks ] && echo '10.0.100 [here]'
            for argument; do
                case $argument in trx*) echo '{results}' >"$(echo "$argument" | cut -d= -f2)" ;; esac
            done
            exit 0

            """);
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(dotnet, (UnixFileMode)0b111_101_101);

        var start = new ProcessStartInfo("bash", [Path.Combine(_root, "eng", "test.sh"), "Some.Tests"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = $"{_root}:{Environment.GetEnvironmentVariable("PATH")}";
        using var test = Process.Start(start)!;
        var errors = test.StandardError.ReadToEndAsync();
        var lines = (await test.StandardOutput.ReadToEndAsync()).TrimEnd().Split('\n');
        await test.WaitForExitAsync();

        Assert.Equal((last, code, ""), (lines[^1], test.ExitCode, await errors));
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Weir.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("Weir.slnx lies in no folder above the test.");
        return folder.FullName;
    }
}
