using System.Diagnostics;
using System.Globalization;
using Weir.Support.Apache;

namespace Weir.Functional;

/// <summary><c>make run</c> without its set-up and build: the demo farm and the gateway in front of it.</summary>
public sealed class MakeRunTests
{
    private readonly int _port = ApacheServer.FreePort();

    [Fact]
    public async Task Make_run_serves_a_page_through_each_of_three_Apaches_and_leaves_nothing_behind()
    {
        var temporary = Directory.CreateTempSubdirectory("weir-make-run-");
        // The farm's servers run as an ordinary user even when the test does not.
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(temporary.FullName, (UnixFileMode)0b111_101_101);
        using var run = Start(temporary.FullName);
        var output = run.StandardOutput.ReadToEndAsync();
        var errors = run.StandardError.ReadToEndAsync();
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}") };
            var started = await WaitForAsync(http, run);
            Assert.True(started, started ? "" : await errors + await output);

            var farm = FarmPids(temporary.FullName);
            foreach (var mpm in new[] { "prefork", "worker", "event" })
                Assert.Contains($"the {mpm} Apache", await http.GetStringAsync($"/{mpm}/"), StringComparison.Ordinal);
            Assert.Contains("Apache", await http.GetStringAsync("/"), StringComparison.Ordinal);
            Assert.Equal("slept 10 ms\n", await http.GetStringAsync("/event/slow?ms=10"));
            Assert.NotEmpty(farm);
            Assert.DoesNotContain(farm, IsRoot);
            // A shell reads farm.env back, as root where it is run by root: no server's account may write it.
            var environment = Assert.Single(Directory.GetFiles(temporary.FullName, "farm.env", SearchOption.AllDirectories));
            Assert.Equal(await OwnerAsync("/proc/self"), await OwnerAsync(environment));
            Assert.Equal(await OwnerAsync("/proc/self"), await OwnerAsync(Path.GetDirectoryName(environment)!));
        }
        finally
        {
            await SignalAsync(run, "INT");
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            await run.WaitForExitAsync(timeout.Token);
        }

        Assert.Equal(130, run.ExitCode);
        Assert.Empty(FarmPids(temporary.FullName));
        Assert.Empty(Directory.EnumerateFileSystemEntries(temporary.FullName, "weir-farm*"));
        temporary.Delete(recursive: true);
    }

    [Fact]
    public async Task Make_run_starts_no_demo_farm_for_a_configuration_with_servers_however_it_is_written()
    {
        var temporary = Directory.CreateTempSubdirectory("weir-make-run-");
        var config = Path.Combine(temporary.FullName, "own.json");
        await File.WriteAllTextAsync(config, $$"""
            {
              "kestrel": { "endpoints": { "http": { "url": "http://127.0.0.1:{{_port}}" } } },
              "weir": { "management": { "url": "http://127.0.0.1:{{ApacheServer.FreePort()}}" } },
              "reverseproxy": {
                "routes": { "own": { "clusterId": "own", "match": { "path": "/{**rest}" } } },
                "clusters": /* here */ { "own": { "destinations": { "one": { "address": "http://127.0.0.1:{{ApacheServer.FreePort()}}/" } } } }
              }
            }
            """);
        using var run = Start(temporary.FullName, config);
        var errors = run.StandardError.ReadToEndAsync();
        var output = run.StandardOutput.ReadToEndAsync();
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}") };
            var started = await WaitForAsync(http, run);
            Assert.True(started, started ? "" : await errors + await output);
            Assert.Empty(FarmPids(temporary.FullName));
        }
        finally
        {
            await SignalAsync(run, "TERM");
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            await run.WaitForExitAsync(timeout.Token);
        }

        Assert.Equal([config], Directory.EnumerateFileSystemEntries(temporary.FullName));
        temporary.Delete(recursive: true);
    }

    private static async Task<string> OwnerAsync(string path)
    {
        using var stat = Process.Start(new ProcessStartInfo("stat", ["-L", "-c", "%u", path]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var owner = await stat.StandardOutput.ReadToEndAsync();
        await stat.WaitForExitAsync();
        return owner;
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Weir.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("Weir.slnx lies in no folder above the test.");
        return folder.FullName;
    }

    private static async Task<bool> WaitForAsync(HttpClient http, Process run)
    {
        for (var attempt = 0; attempt < 600 && !run.HasExited; attempt++)
        {
            try
            {
                using var answer = await http.GetAsync("/");
                return true;
            }
            catch (HttpRequestException)
            {
                await Task.Delay(50);
            }
        }

        return false;
    }

    // Every Apache whose command line names a configuration below the folder.
    private static List<int> FarmPids(string folder)
    {
        var pids = new List<int>();
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            try
            {
                if (int.TryParse(Path.GetFileName(process), out var pid)
                    && File.ReadAllText(Path.Combine(process, "cmdline")) is var line
                    && line.Contains("apache2", StringComparison.Ordinal) && line.Contains(folder, StringComparison.Ordinal))
                {
                    pids.Add(pid);
                }
            }
            catch (IOException)
            {
                // It ended between the listing and the reading.
            }
        }

        return pids;
    }

    private static bool IsRoot(int pid) =>
        File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[1] == "0";

    private static async Task SignalAsync(Process process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private Process Start(string temporary, string? config = null)
    {
        var root = RepositoryRoot();
        // A shell cannot catch a signal that was ignored when it started, as in a job that runs in the background.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", Path.Combine(root, "eng", "run.sh")])
        {
            WorkingDirectory = root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TMPDIR"] = temporary;
        if (config is not null)
            start.Environment["WEIR_CONFIG"] = config;
        start.Environment["WEIR_URL"] = $"http://127.0.0.1:{_port}";
        start.Environment["WEIR_MANAGEMENT_URL"] = $"http://127.0.0.1:{ApacheServer.FreePort()}";
        start.Environment["WEIR_GATEWAY"] = Path.Combine(AppContext.BaseDirectory, "Weir.Gateway.dll");
        return Process.Start(start)!;
    }
}
