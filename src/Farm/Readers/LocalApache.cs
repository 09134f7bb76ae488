using Weir.Farm.Model;
using Weir.Farm.Readers.Config;

namespace Weir.Farm.Readers;

/// <summary>An Apache on this machine, as its binary and its files tell.</summary>
/// <param name="Build">Version and folders.</param>
/// <param name="Config">The configuration as our reader sees it.</param>
/// <param name="Settings">The MPM's directives; from Apache's own dump where mod_info is at hand.</param>
/// <param name="Modules">Loaded modules by identifier.</param>
/// <param name="Source">Where the settings come from, for people.</param>
public sealed record LocalApache(ApacheBuild Build, ApacheConfig Config, MpmSettings Settings, IReadOnlyList<string> Modules, string Source)
{
    /// <summary>Asks the binary and reads the files.</summary>
    /// <param name="binary">For example <c>/usr/sbin/apache2</c>.</param>
    /// <param name="configFile">Null takes the binary's own.</param>
    /// <param name="cancel">Ends the commands.</param>
    /// <exception cref="InvalidOperationException">The binary does not answer, or no MPM can be told.</exception>
    public static async Task<LocalApache> ReadAsync(string binary, string? configFile = null, CancellationToken cancel = default)
    {
        var first = await new ApacheBinary(binary, configFile).BuildAsync(cancel);
        var file = configFile ?? first.ConfigFile ?? throw new InvalidOperationException($"{binary} -V names no configuration file; give one with --config.");
        var environment = Environment(file);
        var asked = new ApacheBinary(binary, configFile, environment);
        var build = await asked.BuildAsync(cancel);
        var config = ApacheConfigReader.Read(file, new()
        {
            ServerRoot = build.ServerRoot,
            Environment = WithProcess(environment),
            ApacheVersion = build.Version,
        });
        var mpm = build.Mpm ?? config.Mpm ?? throw new InvalidOperationException(
            config.Errors.Count > 0 ? $"No MPM can be told: {config.Errors[0]}" : $"{file} loads no MPM and {binary} -V names none.");
        var modules = await asked.ModulesAsync(cancel) is { Count: > 0 } loaded ? loaded : config.Modules;

        // Apache's own reading counts for more than ours.
        var dump = ModInfo(config, build) is { } modInfo ? await asked.DumpConfigAsync(modInfo, cancel) : null;
        return dump is null
            ? new(build, config, MpmSettingsReader.Read(config, mpm), modules, file)
            : new(build, config, MpmSettingsReader.Read(config with { Directives = dump }, mpm), modules, $"{file} as resolved by {binary}");
    }

    /// <summary>The variables for a configuration: Debian keeps them in <c>envvars</c> beside it.</summary>
    public static IReadOnlyDictionary<string, string> Environment(string configFile) =>
        EnvVarsFile.Read(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(configFile))!, "envvars"));

    private static Dictionary<string, string> WithProcess(IReadOnlyDictionary<string, string> environment)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
            all[(string)variable.Key] = (string?)variable.Value ?? "";
        foreach (var (name, value) in environment)
            all[name] = value;
        return all;
    }

    /// <summary>mod_info.so lies where the other modules do; null when it is loaded already, for a second load is an error.</summary>
    private static string? ModInfo(ApacheConfig config, ApacheBuild build)
    {
        if (config.Modules.Contains("info_module", StringComparer.OrdinalIgnoreCase))
            return null;
        foreach (var load in config.Directives.Where(d => d.Is("LoadModule") && d.Arguments.Count > 1))
        {
            var folder = Path.GetDirectoryName(Path.Combine(config.Last("ServerRoot")?.Arguments[0] ?? build.ServerRoot ?? "/", load.Arguments[1]));
            var path = Path.Combine(folder ?? "/", "mod_info.so");
            if (File.Exists(path))
                return path;
        }

        return null;
    }
}
