using System.Diagnostics;
using Weir.Farm.Readers;

namespace Weir.Gateway.Cli;

/// <summary>Restarts an Apache: gracefully, or by a stop and a start, which alone takes a new ServerLimit or ThreadLimit.</summary>
/// <param name="binary">The binary.</param>
/// <param name="configFile">Its configuration; null takes the binary's own.</param>
/// <param name="apacheCtl">Script with the verbs graceful, stop, start; null uses the binary's <c>-k</c>.</param>
internal sealed class TuneRestart(string binary, string? configFile, string? apacheCtl)
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(60);

    /// <summary>The binary with the environment of its configuration.</summary>
    public static ApacheBinary Open(string binary, string? configFile) => new(binary, configFile, Environment(binary, configFile));

    /// <summary>Null when done, else what went wrong.</summary>
    /// <param name="kind"><c>graceful</c> or <c>full</c>.</param>
    /// <param name="cancel">Ends the wait; a stopped server is then not started again.</param>
    public async Task<string?> RunAsync(string kind, CancellationToken cancel)
    {
        if (kind == "graceful")
            return await ControlAsync("graceful", cancel);
        var pid = await PidAsync(cancel);
        if (await ControlAsync("stop", cancel) is { } failure)
            return failure;
        // The stop returns at once; a start before the parent has gone finds the old one and does nothing.
        var began = Stopwatch.GetTimestamp();
        while (pid is not null && Directory.Exists($"/proc/{pid}"))
        {
            if (Stopwatch.GetElapsedTime(began) > StopTimeout)
                return $"process {pid} did not end within {StopTimeout.TotalSeconds:0} s; it was not started again.";
            await Task.Delay(50, cancel);
        }

        return await ControlAsync("start", cancel);
    }

    private static IReadOnlyDictionary<string, string>? Environment(string binary, string? configFile)
    {
        var file = configFile ?? (Path.GetFileName(binary) == "apache2" ? "/etc/apache2/apache2.conf" : null);
        return file is null ? null : LocalApache.Environment(file);
    }

    private async Task<string?> ControlAsync(string verb, CancellationToken cancel)
    {
        if (apacheCtl is null)
        {
            var answer = await Open(binary, configFile).ControlAsync(verb, cancel);
            return answer.ExitCode == 0 ? null : $"{answer.Output}{answer.Errors}".Trim();
        }

        using var process = Process.Start(new ProcessStartInfo(apacheCtl, [verb]) { UseShellExecute = false })!;
        await process.WaitForExitAsync(cancel);
        return process.ExitCode == 0 ? null : $"{apacheCtl} {verb} ended with {process.ExitCode}.";
    }

    private async Task<int?> PidAsync(CancellationToken cancel)
    {
        var local = await LocalApache.ReadAsync(binary, configFile, cancel);
        if (local.Config.Last("PidFile") is not { Arguments: [var path, ..] } directive)
            return null;
        var root = local.Config.Last("ServerRoot")?.Arguments[0] ?? local.Build.ServerRoot ?? Path.GetDirectoryName(directive.File)!;
        var file = Path.Combine(root, path);
        return File.Exists(file) && int.TryParse((await File.ReadAllTextAsync(file, cancel)).Trim(), out var pid) ? pid : null;
    }
}
