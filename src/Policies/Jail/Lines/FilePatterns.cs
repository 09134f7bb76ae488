using System.Text;
using System.Text.RegularExpressions;

namespace Weir.Policies.Jail.Lines;

/// <summary>Expands paths with <c>*</c>, <c>?</c> and <c>[...]</c> in any part, as a shell does: * does not match a leading dot.</summary>
internal static class FilePatterns
{
    /// <summary>Files that match now, in order; at most <paramref name="most"/>. A folder that cannot be read has none.</summary>
    public static IReadOnlyList<string> Expand(string pattern, int most)
    {
        if (pattern.IndexOfAny(['*', '?', '[']) < 0)
            return [pattern];
        var found = new List<string>();
        Expand("/", pattern.Split('/', StringSplitOptions.RemoveEmptyEntries), 0, found, most);
        return found;
    }

    private static void Expand(string folder, string[] parts, int at, List<string> found, int most)
    {
        if (found.Count >= most)
            return;
        var part = parts[at];
        var isLast = at == parts.Length - 1;
        if (part.IndexOfAny(['*', '?', '[']) < 0)
        {
            var path = Path.Combine(folder, part);
            if (!isLast)
                Expand(path, parts, at + 1, found, most);
            else if (File.Exists(path))
                found.Add(path);
            return;
        }

        var name = new Regex(ToRegex(part), RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(100));
        try
        {
            foreach (var entry in (isLast ? Directory.EnumerateFiles(folder) : Directory.EnumerateDirectories(folder)).Order(StringComparer.Ordinal))
            {
                if (!name.IsMatch(Path.GetFileName(entry)))
                    continue;
                if (!isLast)
                    Expand(entry, parts, at + 1, found, most);
                else if (found.Count < most)
                    found.Add(entry);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or RegexMatchTimeoutException)
        {
            // Not there yet, or not for us: looked at again later.
        }
    }

    private static string ToRegex(string part)
    {
        var regex = new StringBuilder(part[0] == '.' ? "\\A" : "\\A(?!\\.)");
        for (var i = 0; i < part.Length; i++)
        {
            var end = part[i] == '[' && i + 2 < part.Length ? part.IndexOf(']', i + 2) : -1;
            if (end > 0)
            {
                var set = part[(i + 1)..end];
                var isNot = set[0] is '!' or '^';
                regex.Append(isNot ? "[^" : "[").Append((isNot ? set[1..] : set).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("[", "\\[", StringComparison.Ordinal)).Append(']');
                i = end;
            }
            else
            {
                regex.Append(part[i] switch { '*' => ".*", '?' => ".", var c => Regex.Escape(c.ToString()) });
            }
        }

        return regex.Append("\\z").ToString();
    }
}
