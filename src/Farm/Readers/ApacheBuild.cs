using System.Text.RegularExpressions;
using Weir.Farm.Model;

namespace Weir.Farm.Readers;

/// <summary>What <c>apache2 -V</c> tells.</summary>
/// <param name="Version">For example 2.4.62.</param>
/// <param name="Mpm">The MPM; null when the configuration could not be loaded.</param>
/// <param name="ServerRoot">HTTPD_ROOT; null when not told.</param>
/// <param name="ConfigFile">SERVER_CONFIG_FILE as an absolute path; null when not told.</param>
/// <param name="PidFile">DEFAULT_PIDLOG: where the process writes its number without a PidFile directive, from ServerRoot on; null when not told.</param>
public sealed partial record ApacheBuild(Version Version, Mpm? Mpm, string? ServerRoot, string? ConfigFile, string? PidFile)
{
    /// <summary>Null when the text is not such an answer.</summary>
    public static ApacheBuild? Parse(string output)
    {
        var version = VersionLine().Match(output);
        if (!version.Success)
            return null;
        var root = Define(output, "HTTPD_ROOT");
        var file = Define(output, "SERVER_CONFIG_FILE");
        return new(
            Version.Parse(version.Groups["v"].Value),
            MpmLine().Match(output).Groups["mpm"].Value.ToLowerInvariant() switch
            {
                "prefork" => Model.Mpm.Prefork,
                "worker" => Model.Mpm.Worker,
                "event" => Model.Mpm.Event,
                _ => null,
            },
            root,
            file is null ? null : Path.Combine(root ?? "/", file),
            Define(output, "DEFAULT_PIDLOG"));
    }

    [GeneratedRegex(@"Server version: \w+/(?<v>\d{1,4}\.\d{1,4}\.\d{1,4})", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex VersionLine();

    [GeneratedRegex(@"Server MPM:[ \t]+(?<mpm>\w+)", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex MpmLine();

    private static string? Define(string output, string name)
    {
        var start = output.IndexOf($"-D {name}=\"", StringComparison.Ordinal);
        if (start < 0)
            return null;
        start += name.Length + 5;
        var end = output.IndexOf('"', start);
        return end < 0 ? null : output[start..end];
    }
}
