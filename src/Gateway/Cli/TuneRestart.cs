using System.Diagnostics;
using Weir.Farm.Model;
using Weir.Farm.Readers;

namespace Weir.Gateway.Cli;

/// <summary>Restarts an Apache: gracefully, or by a stop and a start, which alone takes a new ServerLimit or ThreadLimit.</summary>
internal sealed class TuneRestart
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(15);
    private readonly string _binary;
    private readonly string? _configFile;
    private readonly string? _apacheCtl;
    private readonly string? _pidFile;
    private readonly int? _pid;
    private readonly EffectiveLimits _limits;

    private TuneRestart(string binary, string? configFile, string? apacheCtl, LocalApache local)
    {
        (_binary, _configFile, _apacheCtl) = (binary, configFile, apacheCtl);
        _limits = EffectiveLimits.Compute(local.Settings);
        _pidFile = PidFile(local, configFile);
        _pid = RunningPid();
    }

    /// <summary>Why a full restart cannot be done; null when it can. Without the running process nobody could tell when it has ended.</summary>
    public string? Obstacle => (_pidFile, _pid) switch
    {
        (null, _) => $"the configuration has no PidFile and {_binary} -V names none, so the end of the running Apache cannot be seen.",
        (_, null) => $"{_pidFile} names no running process; if Apache is stopped, leave --restart out and start it yourself.",
        _ => null,
    };

    /// <summary>Looks at the configuration and the process as they are now, before anything is written.</summary>
    /// <param name="binary">The binary.</param>
    /// <param name="configFile">Its configuration; null takes the binary's own.</param>
    /// <param name="apacheCtl">Script with the verbs graceful, stop, start; null uses the binary's <c>-k</c>.</param>
    /// <param name="cancel">Ends the look.</param>
    public static async Task<TuneRestart> PrepareAsync(string binary, string? configFile, string? apacheCtl, CancellationToken cancel) =>
        new(binary, configFile, apacheCtl, await LocalApache.ReadAsync(binary, configFile, cancel));

    /// <summary>The binary with the environment of its configuration.</summary>
    public static ApacheBinary Open(string binary, string? configFile) => new(binary, configFile, Environment(binary, configFile));

    /// <summary>What a graceful restart would not take of the configuration as it is now, in words; null when it takes all.</summary>
    public async Task<string?> NeedsFullAsync(CancellationToken cancel)
    {
        var now = EffectiveLimits.Compute((await LocalApache.ReadAsync(_binary, _configFile, cancel)).Settings);
        var changes = new List<string>();
        if (now.ServerLimit != _limits.ServerLimit)
            changes.Add($"ServerLimit changes from {_limits.ServerLimit} to {now.ServerLimit}");
        if (now.ThreadLimit != _limits.ThreadLimit)
            changes.Add($"ThreadLimit changes from {_limits.ThreadLimit} to {now.ThreadLimit}");
        return changes.Count == 0 ? null : string.Join(" and ", changes);
    }

    /// <summary>Null when done, else what went wrong.</summary>
    public Task<string?> GracefulAsync(CancellationToken cancel) => ControlAsync("graceful", cancel);

    /// <summary>Stops it and waits for its end; null when done, else what went wrong.</summary>
    public async Task<string?> StopAsync(CancellationToken cancel)
    {
        if (await ControlAsync("stop", cancel) is { } failure)
            return failure;
        // The stop returns at once; a start before the parent has gone finds the old one and does nothing.
        return await UntilAsync(() => !IsAlive(_pid), StopTimeout, cancel)
            ? null
            : $"process {_pid} did not end within {StopTimeout.TotalSeconds:0} s; it was not started again.";
    }

    /// <summary>Starts it and waits until a new process holds the pid file; null when done, else what went wrong.</summary>
    public async Task<string?> StartAsync(CancellationToken cancel)
    {
        if (await ControlAsync("start", cancel) is { } failure)
            return failure;
        // The command ends well before the server has opened its logs, and so cannot say whether that went well.
        return await UntilAsync(() => RunningPid() is { } pid && pid != _pid, StartTimeout, cancel)
            ? null
            : $"no running process in {_pidFile} within {StartTimeout.TotalSeconds:0} s; its error log says why.";
    }

    private static async Task<bool> UntilAsync(Func<bool> condition, TimeSpan timeout, CancellationToken cancel)
    {
        var began = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(began) > timeout)
                return false;
            await Task.Delay(50, cancel);
        }

        return true;
    }

    private static bool IsAlive(int? pid) => pid is not null && Directory.Exists($"/proc/{pid}");

    private static IReadOnlyDictionary<string, string>? Environment(string binary, string? configFile)
    {
        var file = configFile ?? (Path.GetFileName(binary) == "apache2" ? "/etc/apache2/apache2.conf" : null);
        return file is null ? null : LocalApache.Environment(file);
    }

    /// <summary>The directive's, else the built-in one; a relative name counts from ServerRoot.</summary>
    private static string? PidFile(LocalApache local, string? configFile)
    {
        var path = local.Config.Last("PidFile") is { Arguments: [var named, ..] } ? named : local.Build.PidFile;
        var root = local.Config.Last("ServerRoot") is { Arguments: [var set, ..] } ? set : local.Build.ServerRoot;
        return path is null ? null : Path.Combine(root ?? Path.GetDirectoryName(configFile) ?? "/", path);
    }

    private async Task<string?> ControlAsync(string verb, CancellationToken cancel)
    {
        if (_apacheCtl is null)
        {
            var answer = await Open(_binary, _configFile).ControlAsync(verb, cancel);
            return answer.ExitCode == 0 ? null : $"{answer.Output}{answer.Errors}".Trim();
        }

        using var process = Process.Start(new ProcessStartInfo(_apacheCtl, [verb]) { UseShellExecute = false })!;
        await process.WaitForExitAsync(cancel);
        return process.ExitCode == 0 ? null : $"{_apacheCtl} {verb} ended with {process.ExitCode}.";
    }

    private int? RunningPid() =>
        File.Exists(_pidFile) && int.TryParse(File.ReadAllText(_pidFile).Trim(), out var pid) && IsAlive(pid) ? pid : null;
}
