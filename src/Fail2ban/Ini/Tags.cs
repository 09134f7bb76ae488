namespace Weir.Fail2ban.Ini;

/// <summary>Replaces <c>&lt;name&gt;</c> by the value of that name, within values and within names such as <c>&lt;x-&lt;mode&gt;&gt;</c>.</summary>
internal static class Tags
{
    // fail2ban's own bound: a tag that is put into one value more often than this is taken for a circle
    private const int MaxReplacements = 25;

    /// <param name="values">Names and values; the ones with a "?" in their name are left as they are.</param>
    /// <param name="more">Looks up what is not among the values; null when it is nowhere.</param>
    /// <exception cref="FormatException">A value refers to itself.</exception>
    public static Dictionary<string, string> Resolve(IReadOnlyDictionary<string, string> values, Func<string, string?> more)
    {
        var tags = new Dictionary<string, string>(values, StringComparer.Ordinal);
        var ignored = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in values.Keys)
        {
            int condition = name.IndexOf('?', StringComparison.Ordinal);
            if (condition > 0 && condition < name.Length - 1)
            {
                ignored.Add(name[..condition]);
            }
        }

        var done = new HashSet<string>(StringComparer.Ordinal);
        var counts = new Dictionary<string, Dictionary<string, int>>(StringComparer.Ordinal);
        bool again = true;
        while (again)
        {
            again = false;
            foreach (string tag in tags.Keys.ToArray())
            {
                if (ignored.Contains(tag) || done.Contains(tag))
                {
                    continue;
                }

                string before = tags[tag];
                Dictionary<string, int> replaced = counts.GetValueOrDefault(tag) ?? new(StringComparer.Ordinal);
                string value = ReplaceIn(tag, before, tags, ignored, replaced, more);
                if (value != before)
                {
                    tags[tag] = value;
                    if (Next(value, 0, out _, out _))
                    {
                        counts[tag] = replaced;
                        again = true;
                    }
                }

                if (!value.Contains('<', StringComparison.Ordinal))
                {
                    done.Add(tag);
                }
            }
        }

        return tags;
    }

    private static string ReplaceIn(string tag, string value, Dictionary<string, string> tags, HashSet<string> ignored, Dictionary<string, int> replaced, Func<string, string?> more)
    {
        int from = 0;
        while (Next(value, from, out int start, out int end))
        {
            string name = value[(start + 1)..(end - 1)];
            if (ignored.Contains(name))
            {
                from = end;
                continue;
            }

            if (name == tag || replaced.GetValueOrDefault(name, 1) > MaxReplacements)
            {
                throw new FormatException($"{tag} refers to itself through <{name}>.");
            }

            string? with = tags.TryGetValue(name, out string? own) ? own : more(name);
            if (with is null)
            {
                from = end;
                continue;
            }

            value = value.Replace($"<{name}>", with, StringComparison.Ordinal);
            if (value.Length > Fail2banLimits.ValueLength)
            {
                throw new FormatException($"{tag} is longer than {Fail2banLimits.ValueLength} characters with its tags replaced.");
            }

            replaced[name] = replaced.GetValueOrDefault(name) + 1;
            from = start;
        }

        return value;
    }

    // The next "<", one or more characters that are no blank and no angle bracket, ">".
    private static bool Next(string value, int from, out int start, out int end)
    {
        for (start = Open(value, from); start >= 0; start = Open(value, start + 1))
        {
            int stop = value.AsSpan(start + 1).IndexOfAny(' ', '<', '>');
            if (stop < 0)
            {
                break;
            }

            if (stop > 0 && value[start + 1 + stop] == '>')
            {
                end = start + stop + 2;
                return true;
            }
        }

        end = 0;
        return false;
    }

    private static int Open(string value, int from) => from < value.Length ? value.IndexOf('<', from) : -1;
}
