using System.Text;

namespace Weir.Fail2ban.Ini;

/// <summary>
/// One file in the dialect of Python's configparser as fail2ban sets it up: <c>#</c> and <c>;</c> begin a comment line,
/// <c>;</c> after white space ends a line, a deeper indent continues a value, an empty line may stand within a value.
/// </summary>
internal sealed class IniFile
{
    private readonly List<(string Section, string Key, List<string> Lines, int Line)> _values = [];
    private readonly List<string> _order = [];

    public IniSection Defaults { get; } = new();

    public Dictionary<string, IniSection> Sections { get; } = new(StringComparer.Ordinal);

    /// <summary>Names of sections in the order of the file.</summary>
    public IReadOnlyList<string> Order => _order;

    public static IniFile Parse(string text, string file, ICollection<Fail2banMessage> messages)
    {
        var ini = new IniFile();
        string? section = null;
        List<string>? value = null;
        int indent = 0;
        int number = 0;
        using var reader = new StringReader(text);
        while (reader.ReadLine() is { } line)
        {
            number++;
            int comment = CommentStart(line);
            string content = (comment < 0 ? line : line[..comment]).Trim();
            if (content.Length == 0)
            {
                if (comment < 0)
                {
                    value?.Add("");
                }

                continue;
            }

            int depth = line.Length - line.TrimStart().Length;
            if (value is not null && depth > indent)
            {
                value.Add(content);
                continue;
            }

            indent = depth;
            if (SectionName(content) is { } name)
            {
                section = name;
                value = null;
                ini.Open(name);
            }
            else if (section is null)
            {
                messages.Add(new Fail2banMessage(true, $"{file}:{number}", $"\"{Short(content)}\" stands before the first section and is not read."));
            }
            else
            {
                value = ini.Key(section, content, number, file, messages);
            }
        }

        ini.Finish(file, messages);
        return ini;
    }

    private static int CommentStart(string line)
    {
        ReadOnlySpan<char> trimmed = line.AsSpan().TrimStart();
        if (trimmed.Length > 0 && trimmed[0] is '#' or ';')
        {
            return 0;
        }

        for (int at = line.IndexOf(';'); at >= 0; at = line.IndexOf(';', at + 1))
        {
            if (at == 0 || char.IsWhiteSpace(line[at - 1]))
            {
                return at;
            }
        }

        return -1;
    }

    // Python takes the last "]" of the line, and does not mind what follows it.
    private static string? SectionName(string content)
    {
        int end = content.LastIndexOf(']');
        return content[0] == '[' && end > 1 ? content[1..end] : null;
    }

    private static string Short(string text) => text.Length <= 60 ? text : text[..60] + "...";

    private void Open(string name)
    {
        if (name != "DEFAULT" && Sections.TryAdd(name, new IniSection()))
        {
            _order.Add(name);
        }
    }

    private List<string>? Key(string section, string content, int number, string file, ICollection<Fail2banMessage> messages)
    {
        int at = content.AsSpan().IndexOfAny('=', ':');
        if (at <= 0)
        {
            messages.Add(new Fail2banMessage(true, $"{file}:{number}", $"[{section}]: \"{Short(content)}\" is neither a section nor KEY = VALUE and is not read."));
            return null;
        }

        var lines = new List<string> { content[(at + 1)..].Trim() };
        _values.Add((section, content[..at].TrimEnd().ToLowerInvariant(), lines, number));
        return lines;
    }

    private void Finish(string file, ICollection<Fail2banMessage> messages)
    {
        var seen = new HashSet<(string, string)>();
        foreach ((string section, string key, List<string> lines, int line) in _values)
        {
            if (!seen.Add((section, key)))
            {
                messages.Add(new Fail2banMessage(false, $"{file}:{line}", $"[{section}] {key} is set twice in one file, which fail2ban refuses; the later one counts."));
            }

            var text = new StringBuilder();
            text.AppendJoin('\n', lines);
            IniSection into = section == "DEFAULT" ? Defaults : Sections[section];
            into[key] = new IniValue(text.ToString().TrimEnd(), file, line);
        }

        _values.Clear();
    }
}
