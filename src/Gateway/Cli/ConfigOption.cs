using System.CommandLine;

namespace Weir.Gateway.Cli;

/// <summary><c>--config FILE</c>, shared by the commands that read a configuration.</summary>
internal static class ConfigOption
{
    public static Option<string[]> Create() => new("--config")
    {
        Description = "Configuration file in place of appsettings.json; may be given several times, later ones overlay earlier ones.",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    /// <summary>The arguments as the host takes them.</summary>
    public static string[] Arguments(IEnumerable<string>? files, IEnumerable<string> others) =>
        [.. (files ?? []).SelectMany(f => new[] { "--config", f }), .. others];
}
