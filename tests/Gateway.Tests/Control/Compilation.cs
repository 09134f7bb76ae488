using Weir.Gateway.Control;
using Weir.Gateway.Control.Compile;
using Weir.Gateway.Control.Sources;

namespace Weir.Gateway.Tests.Control;

/// <summary>Compiles texts without touching this process's environment.</summary>
internal static class Compilation
{
    private static readonly Dictionary<string, string> Nothing = [];

    public static async Task<CompileResult> OfAsync(
        string json, string[]? arguments = null, IReadOnlyDictionary<string, string>? environment = null, params Section[] sections)
    {
        using var directory = new ConfigurationDirectory();
        var sources = SettingsSources.From(["--config", directory.Write(json), .. arguments ?? []], environment ?? Nothing);
        await using var compiler = new ConfigurationCompiler(sources, GatewayHost.AddDataPlane, sections.Length == 0 ? null : sections);
        return await compiler.CompileAsync();
    }

    public static async Task<string[]> ErrorsOfAsync(string json, params Section[] sections) =>
        [.. (await OfAsync(json, sections: sections)).Errors.Select(e => e.Message)];
}
