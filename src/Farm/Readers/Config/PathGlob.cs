using System.IO.Enumeration;
using System.Text.RegularExpressions;

namespace Weir.Farm.Readers.Config;

/// <summary>Include's wildcards: <c>* ? [...]</c> in any part of a path, matches in byte order as Apache sorts them.</summary>
internal static class PathGlob
{
    public static bool IsPattern(string path) => path.AsSpan().IndexOfAny('*', '?', '[') >= 0;

    /// <summary>Existing files and folders that match an absolute pattern.</summary>
    public static List<string> Match(string pattern, string fileSystemRoot, int most)
    {
        List<string> found = [fileSystemRoot.Length == 0 ? "/" : fileSystemRoot];
        foreach (var part in pattern.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var next = new List<string>();
            foreach (var folder in found)
            {
                if (!IsPattern(part))
                {
                    var path = Path.Combine(folder, part);
                    if (Path.Exists(path))
                        next.Add(path);
                }
                else if (Directory.Exists(folder))
                {
                    next.AddRange(Directory.EnumerateFileSystemEntries(folder).Where(e => Matches(part, Path.GetFileName(e))).Order(StringComparer.Ordinal).Take(most));
                }
            }

            found = next;
        }

        return found;
    }

    private static bool Matches(string pattern, string name)
    {
        // A leading dot is matched only by a dot, as by the shell.
        if (name.StartsWith('.') && !pattern.StartsWith('.'))
            return false;
        if (!pattern.Contains('['))
            return FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
        var regex = Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal)
            .Replace("\\[!", "[^", StringComparison.Ordinal).Replace("\\[", "[", StringComparison.Ordinal);
        try
        {
            return Regex.IsMatch(name, $"^(?:{regex})$", RegexOptions.ExplicitCapture | RegexOptions.Singleline, TimeSpan.FromMilliseconds(100));
        }
        catch (Exception e) when (e is ArgumentException or RegexMatchTimeoutException)
        {
            return false;
        }
    }
}
