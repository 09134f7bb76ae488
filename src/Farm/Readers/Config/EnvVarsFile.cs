using System.Text;

namespace Weir.Farm.Readers.Config;

/// <summary>
/// Reads Debian's <c>envvars</c>: assignments, <c>export</c>, <c>$NAME</c>, <c>${NAME}</c>, <c>${NAME##prefix}</c>, <c>${NAME:-default}</c>
/// and the one <c>if [ a != b ]</c> that picks the suffix of a further instance. It is a shell script, but it is never run.
/// </summary>
public static class EnvVarsFile
{
    private const int MaxBytes = 1 << 20;

    /// <summary>The variables that the file sets; empty when there is no such file.</summary>
    /// <param name="path">For example <c>/etc/apache2/envvars</c>.</param>
    /// <exception cref="InvalidDataException">The file is larger than 1 MB.</exception>
    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        if (!File.Exists(path))
            return new Dictionary<string, string>(StringComparer.Ordinal);
        if (new FileInfo(path).Length > MaxBytes)
            throw new InvalidDataException($"{path} is larger than {MaxBytes} bytes.");
        return Parse(File.ReadAllText(path), Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    internal static IReadOnlyDictionary<string, string> Parse(string text, string folder)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal) { ["APACHE_CONFDIR"] = folder };
        // One entry per open "if": true, false, or null for a condition that is not understood (both branches are then left out).
        var branches = new Stack<bool?>();
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.Trim();
            if (line.StartsWith("if ", StringComparison.Ordinal))
                branches.Push(Condition(line[3..], values));
            else if (line == "else" && branches.TryPop(out var holds))
                branches.Push(!holds);
            else if (line == "fi")
                branches.TryPop(out _);
            else if (line.Length > 0 && line[0] != '#' && branches.All(b => b == true))
                Assign(line, values);
        }

        return values;
    }

    private static void Assign(string line, Dictionary<string, string> values)
    {
        if (line.StartsWith("export ", StringComparison.Ordinal))
            line = line["export ".Length..].TrimStart();
        if (line.StartsWith("unset ", StringComparison.Ordinal))
        {
            values.Remove(line["unset ".Length..].Trim());
            return;
        }

        var equals = line.IndexOf('=', StringComparison.Ordinal);
        if (equals > 0 && line[..equals].All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            values[line[..equals]] = Word(line[(equals + 1)..], values);
    }

    private static bool? Condition(string text, Dictionary<string, string> values)
    {
        var start = text.IndexOf('[', StringComparison.Ordinal);
        var end = text.LastIndexOf(']');
        if (start < 0 || end < start)
            return null;
        var words = text[(start + 1)..end].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != 3 || words[1] is not ("=" or "!="))
            return null;
        return Word(words[0], values) == Word(words[2], values) == (words[1] == "=");
    }

    private static string Word(string text, Dictionary<string, string> values)
    {
        if (text.Length >= 2 && text[0] == '\'' && text[^1] == '\'')
            return text[1..^1];
        var result = new StringBuilder();
        for (var at = 0; at < text.Length;)
        {
            if (text[at] == '"')
            {
                at++;
            }
            else if (text[at] == '$' && at + 1 < text.Length && text[at + 1] == '{' && text.IndexOf('}', at) is > 0 and var close)
            {
                result.Append(Parameter(text[(at + 2)..close], values));
                at = close + 1;
            }
            else if (text[at] == '$')
            {
                var end = at + 1;
                while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
                    end++;
                result.Append(values.GetValueOrDefault(text[(at + 1)..end], ""));
                at = end;
            }
            else
            {
                result.Append(text[at++]);
            }
        }

        return result.ToString();
    }

    private static string Parameter(string text, Dictionary<string, string> values)
    {
        if (text.Split("##", 2) is [var name, var prefix])
        {
            var value = values.GetValueOrDefault(name, "");
            return value.StartsWith(prefix, StringComparison.Ordinal) ? value[prefix.Length..] : value;
        }

        return text.Split(":-", 2) is [var maybe, var fallback]
            ? values.GetValueOrDefault(maybe, "") is { Length: > 0 } set ? set : fallback
            : values.GetValueOrDefault(text, "");
    }
}
