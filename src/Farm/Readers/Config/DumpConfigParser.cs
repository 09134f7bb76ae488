using System.Globalization;

namespace Weir.Farm.Readers.Config;

/// <summary>
/// Reads the output of <c>-t -D DUMP_CONFIG</c> (mod_info): every directive in force with <c># In file:</c> and
/// <c># line:</c> comments; conditions and includes are resolved by Apache itself.
/// </summary>
internal static class DumpConfigParser
{
    public static IReadOnlyList<ApacheDirective> Parse(string output)
    {
        var directives = new List<ApacheDirective>();
        var sections = new List<string>();
        var file = "";
        var number = 0;
        foreach (var raw in output.Split('\n'))
        {
            var line = raw.Trim();
            if (line.Length == 0)
                continue;
            if (line.StartsWith("# In file: ", StringComparison.Ordinal))
            {
                file = line["# In file: ".Length..];
            }
            else if (line[0] == '#')
            {
                if (int.TryParse(line.AsSpan(1).Trim().TrimEnd(':'), NumberStyles.None, CultureInfo.InvariantCulture, out var parsed))
                    number = parsed;
            }
            else if (line.StartsWith("</", StringComparison.Ordinal))
            {
                if (sections.Count > 0)
                    sections.RemoveAt(sections.Count - 1);
            }
            else if (line[0] == '<')
            {
                sections.Add(line[1..].Split([' ', '\t', '>'], 2)[0]);
            }
            else
            {
                var name = line.Split([' ', '\t'], 2);
                directives.Add(new(name[0], name.Length > 1 ? ConfigLine.Words(name[1]) : [], [.. sections], file, number));
            }
        }

        return directives;
    }
}
