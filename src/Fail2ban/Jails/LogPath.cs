namespace Weir.Fail2ban.Jails;

/// <summary>One file, or pattern of files, to follow.</summary>
/// <param name="Pattern">Absolute path, perhaps with <c>*</c>, <c>?</c> and <c>[...]</c>.</param>
/// <param name="FromTail">True starts at the end of a file never seen before, as <c>logpath = FILE tail</c>.</param>
public sealed record LogPath(string Pattern, bool FromTail)
{
    /// <summary>Entries of folders that one expansion looks at.</summary>
    private const int MaxLooked = 100_000;

    /// <summary>The files there are now, in the order of their names; at most 1000. A path without wildcards is returned whether the file is there or not.</summary>
    public IReadOnlyList<string> Expand()
    {
        if (!HasWildcards(Pattern))
        {
            return [Pattern];
        }

        List<string> found = ["/"];
        int looked = 0;
        string[] parts = Pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int index = 0; index < parts.Length; index++)
        {
            bool last = index == parts.Length - 1;
            var next = new List<string>();
            foreach (string folder in found)
            {
                foreach (string path in Step(folder, parts[index], ref looked))
                {
                    if (next.Count < Fail2banLimits.LogFiles && (last ? File.Exists(path) : Directory.Exists(path)))
                    {
                        next.Add(path);
                    }
                }
            }

            found = next;
        }

        return found;
    }

    private static bool HasWildcards(string text) => text.AsSpan().IndexOfAny('*', '?', '[') >= 0;

    private static List<string> Step(string folder, string part, ref int looked)
    {
        if (!HasWildcards(part))
        {
            return [Path.Combine(folder, part)];
        }

        var found = new List<string>();
        try
        {
            foreach (string path in Directory.EnumerateFileSystemEntries(folder))
            {
                if (++looked > MaxLooked)
                {
                    break;
                }

                string name = Path.GetFileName(path);
                if ((name[0] != '.' || part[0] == '.') && Wildcard.Matches(part, name))
                {
                    found.Add(path);
                }
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return [];
        }

        found.Sort(StringComparer.Ordinal);
        return found;
    }
}
