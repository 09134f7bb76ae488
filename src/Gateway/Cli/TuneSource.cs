using System.CommandLine;
using Weir.Farm.Model;
using Weir.Farm.Readers;
using Weir.Farm.Readers.Config;
using Weir.Farm.Readers.Host;
using Weir.Farm.Readers.Memory;

namespace Weir.Gateway.Cli;

/// <summary>What <c>weir tune</c> was told and found.</summary>
/// <param name="Inputs">For the model.</param>
/// <param name="From">Where they come from, one sentence each.</param>
/// <param name="Config">The local configuration; null without one.</param>
/// <param name="Ps">The published ps line beside the truth; null without a local Apache.</param>
/// <param name="Binary">The Apache binary; null when none was given.</param>
/// <param name="ConfigFile">Its configuration as given.</param>
internal sealed record TuneSource(TuningInputs Inputs, IReadOnlyList<string> From, ApacheConfig? Config, PsMemory? Ps, string? Binary, string? ConfigFile)
{
    /// <summary>Collects: what was typed wins over what was found.</summary>
    public static async Task<TuneSource> CollectAsync(ParseResult parsed, TuneOptions o, CancellationToken cancel)
    {
        var from = new List<string>();
        var binary = parsed.GetValue(o.Apache2);
        var configFile = parsed.GetValue(o.Config);
        var pid = parsed.GetValue(o.Pid);
        if (pid is { } running && binary is null)
            (binary, configFile) = RunningBinary(running, configFile);
        if (configFile is not null && binary is null)
            binary = TuneApply.DefaultBinary() ?? throw new InvalidOperationException("--config needs the Apache that reads it; give its binary with --apache2.");

        var inputs = new TuningInputs { Settings = new() { Mpm = Mpm.Event } };
        ApacheConfig? config = null;
        if (binary is not null)
        {
            var local = await LocalApache.ReadAsync(binary, configFile, cancel);
            config = local.Config;
            inputs = WithLocal(inputs, local, pid);
            from.Add($"{local.Source} (Apache {local.Build.Version})");
        }

        TuneStatus? status = null;
        if (parsed.GetValue(o.StatusUrl) is { } url)
        {
            status = await TuneStatus.FetchAsync(url, cancel);
            inputs = WithStatus(inputs, status, settingsKnown: binary is not null);
            from.Add(binary is null ? $"{url}; ThreadsPerChild and ServerLimit are not on that page and are assumed" : url);
        }

        PsMemory? ps = null;
        if (pid is { } parent)
        {
            var memory = new ApacheMemoryReader().Read(parent) ?? throw new InvalidOperationException($"--pid is {parent}; there is no such process.");
            inputs = WithMemory(inputs, memory, status);
            ps = new PsMemoryReader(command: Path.GetFileName(binary) ?? "apache2").Read();
            from.Add($"memory of process {parent} and its {memory.Children.Count} children");
        }

        if (from.Count == 0)
            from.Add("typed inputs");
        return new(TuneTyped.Apply(inputs, parsed, o), from, config, ps, binary, configFile);
    }

    private static TuningInputs WithLocal(TuningInputs inputs, LocalApache local, int? pid)
    {
        var host = new HostReader().Read(pid);
        var pools = new PhpFpmPoolReader().Read();
        return inputs with
        {
            Settings = local.Settings,
            Modules = local.Modules,
            RamMb = host.RamMb,
            Cores = host.Cores,
            // Without a running process the limit of this shell says nothing about Apache's.
            NoFile = pid is null ? null : host.NoFile,
            TasksMax = host.TasksMax,
            BackendMax = pools.Count > 0 ? pools.Values.Sum() : null,
            ExtendedStatus = local.Config.Last("ExtendedStatus") is { Arguments: [var flag, ..] } ? flag.Equals("On", StringComparison.OrdinalIgnoreCase) : null,
            Disks = Disks(local.Config),
        };
    }

    private static DiskLayout Disks(ApacheConfig config)
    {
        var mounts = new MountTable();
        var root = config.Directives.LastOrDefault(d => d.Is("DocumentRoot"));
        var log = config.Directives.LastOrDefault(d => (d.Is("CustomLog") || d.Is("ErrorLog")) && d.Arguments is [['/', ..], ..]);
        var cache = config.Directives.LastOrDefault(d => d.Is("CacheRoot"));
        return new(Device(root), Device(log), Device(cache));

        string? Device(ApacheDirective? directive) => directive is { Arguments: [['/', ..] path, ..] } ? mounts.Device(path) : null;
    }

    private static TuningInputs WithStatus(TuningInputs inputs, TuneStatus status, bool settingsKnown) => inputs with
    {
        Settings = settingsKnown ? inputs.Settings : status.ToSettings(),
        ServiceSeconds = status.ServiceSeconds ?? inputs.ServiceSeconds,
        CpuPerRequestSeconds = status.CpuPerRequestSeconds ?? inputs.CpuPerRequestSeconds,
        ExtendedStatus = status.ExtendedStatus,
    };

    private static TuningInputs WithMemory(TuningInputs inputs, ApacheMemory memory, TuneStatus? status)
    {
        if (memory.ChildrenPssMb is not { } pss || memory.Children.Count == 0)
            return inputs;
        var busy = status?.Busy ?? 0;
        var workers = status is null ? 0 : status.Busy + status.Idle;
        // What busy threads hold is counted per thread, so it is taken out of the processes.
        var processMb = inputs.Settings.Mpm == Mpm.Prefork ? pss / memory.Children.Count : Math.Max(0.05, (pss - busy * MemoryModel.DefaultThreadMb) / memory.Children.Count);
        return inputs with
        {
            ProcessMb = processMb,
            MemorySample = new(workers > 0 ? (double)busy / workers : null, memory.UptimeSeconds, Samples: 1),
        };
    }

    private static (string Binary, string? ConfigFile) RunningBinary(int pid, string? configFile)
    {
        var link = File.ResolveLinkTarget($"/proc/{pid}/exe", returnFinalTarget: true)
            ?? throw new InvalidOperationException($"--pid is {pid}; its binary cannot be read. Give it with --apache2.");
        var arguments = File.ReadAllText($"/proc/{pid}/cmdline").Split('\0');
        var flag = Array.IndexOf(arguments, "-f");
        return (link.FullName, configFile ?? (flag >= 0 && flag + 1 < arguments.Length ? arguments[flag + 1] : null));
    }
}
