using System.Diagnostics;
using Weir.Support;

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
    public async Task The_last_line_counts_a_project_without_a_test_as_a_failure(string results, string last, int code) =>
        Assert.Equal((last, code), await RunAsync(results, "<TestRun />") is (var lines, var exit, "") ? (lines[^1], exit) : default);

    [Theory]
    [InlineData(3, 3, "5 passed, 0 failed")]
    [InlineData(3, 2, "2 passed, 3 failed")]
    [InlineData(4, 4, "2 passed, 4 failed")]
    public async Task Up_to_three_tests_that_pass_by_themselves_are_named_as_unsteady(int broken, int passedAgain, string last)
    {
        var names = Enumerable.Range(1, broken).Select(i => $"A.Test{i}(x: {i})").ToList();
        var (lines, code, _) = await RunAsync(
            $"""<Counters total="{2 + broken}" passed="2" failed="{broken}" />""" + string.Concat(names.Select(n => $"\n<UnitTestResult testName=\"{n}\" outcome=\"Failed\">")),
            $"""<Counters total="{passedAgain}" passed="{passedAgain}" failed="0" />""");

        var good = last.EndsWith(" 0 failed", StringComparison.Ordinal);
        Assert.Equal((last, good ? 0 : 1), (lines[^1], code));
        Assert.Contains(good ? "Unsteady: failed beside the others, passed by itself:" : "Failed:", lines);
        Assert.All(names, n => Assert.Contains("  " + n, lines));
    }

    private async Task<(string[] Lines, int Code, string Errors)> RunAsync(string results, string again)
    {
        Directory.CreateDirectory(Path.Combine(_root, "eng"));
        foreach (var script in Directory.GetFiles(Path.Combine(RepositoryRoot(), "eng"), "*.sh"))
            File.Copy(script, Path.Combine(_root, "eng", Path.GetFileName(script)));
        var dotnet = Path.Combine(_root, "dotnet");
        ScriptFile.Write(dotnet, $"""
            [ "$1" = --list-sdks ] && echo '10.0.100 [here]'
            for argument; do
                case $argument in
                *-again.trx) echo '{again}' >"$(echo "$argument" | cut -d= -f2)" ;;
                trx*) echo '{results}' >"$(echo "$argument" | cut -d= -f2)" ;;
                esac
            done
            exit 0
            """);

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

        return (lines, test.ExitCode, await errors);
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Weir.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("Weir.slnx lies in no folder above the test.");
        return folder.FullName;
    }
}
