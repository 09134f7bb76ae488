using System.Text;

namespace Weir.Farm.Model;

/// <summary>Writes the mpm block.</summary>
public static class MpmConf
{
    /// <summary>The module's name in <c>IfModule</c> and <c>LoadModule</c>: <c>mpm_event_module</c>.</summary>
    public static string ModuleName(Mpm mpm) => $"mpm_{mpm.ToString().ToLowerInvariant()}_module";

    /// <summary>An <c>IfModule</c> block with every directive that is set, ending with a line feed. Another MPM skips it whole.</summary>
    public static string Write(MpmSettings settings)
    {
        var text = new StringBuilder().Append("<IfModule ").Append(ModuleName(settings.Mpm)).Append(">\n");
        foreach (var (name, argument) in MpmDirectives.Block(settings))
            text.Append("    ").Append(name.PadRight(25)).Append(Quote(argument)).Append('\n');
        return text.Append("</IfModule>\n").ToString();
    }

    // Raw text comes from a configuration or the command line; a line break in it must not become a directive.
    private static string Quote(string argument)
    {
        var clean = string.Concat(argument.Where(c => !char.IsControl(c)));
        return clean.Length > 0 && clean.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '+')
            ? clean
            : $"\"{clean.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }
}
