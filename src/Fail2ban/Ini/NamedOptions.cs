namespace Weir.Fail2ban.Ini;

/// <summary><c>name[key=value, other="quoted, value"][third='x']</c>.</summary>
internal static class NamedOptions
{
    /// <exception cref="FormatException">The text has another form.</exception>
    public static (string Name, Dictionary<string, string> Options) Parse(string text)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        string trimmed = text.TrimEnd();
        int open = trimmed.IndexOf('[', StringComparison.Ordinal);
        if (open < 0)
        {
            return (trimmed, options);
        }

        if (open == 0 || trimmed[^1] != ']')
        {
            throw new FormatException($"\"{text}\" is not NAME[KEY=VALUE, ...].");
        }

        string inner = trimmed[(open + 1)..^1];
        int at = 0;
        while (true)
        {
            while (at < inner.Length && char.IsWhiteSpace(inner[at]))
            {
                at++;
            }

            if (at == inner.Length || inner[at] == ',' && inner.AsSpan(at + 1).IsWhiteSpace())
            {
                return (trimmed[..open].TrimEnd(), options);
            }

            int name = at;
            while (at < inner.Length && (char.IsLetterOrDigit(inner[at]) || inner[at] is '_' or '-' or '.'))
            {
                at++;
            }

            if (at == name || at == inner.Length || inner[at] != '=')
            {
                throw new FormatException($"\"{text}\": KEY=VALUE was expected at \"{inner[name..]}\".");
            }

            string key = inner[name..at];
            at++;
            options[key] = Value(text, inner, ref at).Trim();
        }
    }

    private static string Value(string text, string inner, ref int at)
    {
        int start = at;
        if (at < inner.Length && inner[at] is '"' or '\'')
        {
            int close = inner.IndexOf(inner[at], at + 1);
            if (close > 0)
            {
                at = close + 1;
                if (Separator(inner, ref at))
                {
                    return inner[(start + 1)..close];
                }

                at = start;
            }
        }

        int end = inner.AsSpan(at).IndexOfAny(',', ']');
        at = end < 0 ? inner.Length : at + end;
        string value = inner[start..at];
        return Separator(inner, ref at) ? value : throw new FormatException($"\"{text}\": a comma was expected at \"{inner[at..]}\".");
    }

    private static bool Separator(string inner, ref int at)
    {
        if (at == inner.Length)
        {
            return true;
        }

        if (inner[at] == ',')
        {
            at++;
            return true;
        }

        if (inner[at] != ']')
        {
            return false;
        }

        int next = at + 1;
        while (next < inner.Length && char.IsWhiteSpace(inner[next]))
        {
            next++;
        }

        if (next == inner.Length || inner[next] != '[')
        {
            return false;
        }

        at = next + 1;
        return true;
    }
}
