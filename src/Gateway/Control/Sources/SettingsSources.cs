using System.Collections;
using Weir.Gateway.Control.Compile;
using Weir.Transport.Loops;

namespace Weir.Gateway.Control.Sources;

/// <summary>
/// Where settings come from, weakest first, as ASP.NET Core: <c>ASPNETCORE_</c> and <c>DOTNET_</c> variables,
/// appsettings.json, appsettings.{Environment}.json, environment variables, command line. <c>--config FILE</c>, which may
/// stand several times, takes the place of the two appsettings files.
/// </summary>
internal sealed class SettingsSources
{
    private const string ConfigOption = "--config";
    private readonly List<(string Path, bool IsRequired)> _files = [];
    private readonly IReadOnlyDictionary<string, string> _environment;

    private SettingsSources(string[] arguments, IReadOnlyDictionary<string, string> environment)
    {
        _environment = environment;
        List<string> named;
        (Arguments, named) = Split(arguments);
        CommandLine = new ConfigurationBuilder().AddCommandLine(Arguments).Build();
        EnvironmentName = CommandLine["environment"]
            ?? environment.GetValueOrDefault("ASPNETCORE_ENVIRONMENT")
            ?? environment.GetValueOrDefault("DOTNET_ENVIRONMENT")
            ?? Environments.Production;
        ContentRoot = CommandLine["contentRoot"] ?? DefaultContentRoot();
        if (named.Count > 0)
        {
            _files.AddRange(named.Select(f => (Path.GetFullPath(f), true)));
            return;
        }

        var shipped = Path.Combine(ContentRoot, "appsettings.json");
        // A file that was there at the start must not vanish later: that is a fault, not a wish for an empty gateway.
        _files.Add((shipped, File.Exists(shipped)));
        _files.Add((Path.Combine(ContentRoot, $"appsettings.{EnvironmentName}.json"), false));
    }

    /// <summary>The arguments without <c>--config FILE</c>.</summary>
    public string[] Arguments { get; }

    /// <summary>Development, Production ...: <c>--environment</c>, else ASPNETCORE_ENVIRONMENT, else DOTNET_ENVIRONMENT.</summary>
    public string EnvironmentName { get; }

    /// <summary>The current directory when it has an appsettings.json, else the program's; <c>--contentRoot</c> overrides.</summary>
    public string ContentRoot { get; }

    /// <summary>The files that are looked at, weakest first.</summary>
    public IEnumerable<string> Files => _files.Select(f => f.Path);

    private IConfigurationRoot CommandLine { get; }

    /// <summary>Reads arguments as <c>weir run</c> gets them.</summary>
    /// <param name="arguments">The command line after the command's name.</param>
    /// <param name="environment">Environment variables; null reads the process's.</param>
    public static SettingsSources From(string[] arguments, IReadOnlyDictionary<string, string>? environment = null) =>
        new(arguments, environment ?? ProcessEnvironment());

    /// <summary>Reads every file's bytes as they are now. Never throws for what a file is or does.</summary>
    public SettingsSnapshot Take()
    {
        EventLoop.ThrowIfOnLoop();
        return new([.. _files.Select(f => ReadFile(f.Path, f.IsRequired))]);
    }

    /// <summary>Makes settings of a snapshot, the environment and the command line.</summary>
    public Settings Read(SettingsSnapshot snapshot, ErrorList errors)
    {
        var settings = new Settings();
        AddEnvironment(settings, "ASPNETCORE_");
        AddEnvironment(settings, "DOTNET_");
        snapshot.Read(settings, errors);
        AddEnvironment(settings, "");
        // Kestrel prefers its section over --urls; who writes --urls means these and no others.
        if (CommandLine["urls"] is not null)
            settings.Remove("Kestrel:Endpoints");
        foreach (var (key, value) in CommandLine.AsEnumerable())
        {
            if (value is not null)
                settings.Set(key, value, "command line");
        }

        return settings;
    }

    private void AddEnvironment(Settings settings, string prefix)
    {
        foreach (var (name, value) in _environment)
        {
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && name.Length > prefix.Length)
                settings.Set(name[prefix.Length..].Replace("__", ":", StringComparison.Ordinal), value, $"environment variable {name}");
        }
    }

    private static FileContent ReadFile(string path, bool isRequired)
    {
        try
        {
            return new FileContent(path, File.ReadAllBytes(path), isRequired);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new FileContent(path, null, isRequired);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new FileContent(path, null, isRequired, e.Message);
        }
    }

    private static (string[] Others, List<string> Files) Split(string[] arguments)
    {
        var rest = new List<string>();
        var files = new List<string>();
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == ConfigOption && i + 1 < arguments.Length)
                files.Add(arguments[++i]);
            else if (arguments[i].StartsWith(ConfigOption + "=", StringComparison.Ordinal))
                files.Add(arguments[i][(ConfigOption.Length + 1)..]);
            else
                rest.Add(arguments[i]);
        }

        return ([.. rest], files);
    }

    private static string DefaultContentRoot()
    {
        var current = Directory.GetCurrentDirectory();
        return File.Exists(Path.Combine(current, "appsettings.json")) ? current : AppContext.BaseDirectory;
    }

    private static Dictionary<string, string> ProcessEnvironment() =>
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.Ordinal);
}
