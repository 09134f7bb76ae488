namespace Weir.Farm.Readers.Config;

/// <summary>One logical line: lines that end in a backslash are joined.</summary>
/// <param name="Text">Without surrounding blanks.</param>
/// <param name="Number">The line on which it begins, from 1.</param>
internal readonly record struct ConfigLine(string Text, int Number)
{
    /// <summary>Joins continued lines, drops blanks and comments. A comment is continued, too, as in Apache.</summary>
    public static IEnumerable<ConfigLine> Split(string text)
    {
        var pending = "";
        var start = 0;
        var number = 0;
        foreach (var raw in text.Split('\n'))
        {
            number++;
            if (start == 0)
                start = number;
            var line = raw.EndsWith('\r') ? raw[..^1] : raw;
            if (line.EndsWith('\\'))
            {
                pending += line[..^1];
                continue;
            }

            var whole = (pending + line).Trim();
            if (whole.Length > 0 && whole[0] != '#')
                yield return new(whole, start);
            pending = "";
            start = 0;
        }

        var rest = pending.Trim();
        if (rest.Length > 0 && rest[0] != '#')
            yield return new(rest, start);
    }

    /// <summary>Splits arguments at blanks; single or double quotes keep blanks, a backslash keeps the quote or another backslash.</summary>
    public static List<string> Words(string text)
    {
        var words = new List<string>();
        var at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
                at++;
            if (at >= text.Length)
                return words;
            var word = new System.Text.StringBuilder();
            if (text[at] is '"' or '\'')
            {
                var quote = text[at++];
                while (at < text.Length && text[at] != quote)
                {
                    if (text[at] == '\\' && at + 1 < text.Length && (text[at + 1] == quote || text[at + 1] == '\\'))
                        at++;
                    word.Append(text[at++]);
                }

                at++;
            }
            else
            {
                while (at < text.Length && !char.IsWhiteSpace(text[at]))
                    word.Append(text[at++]);
            }

            words.Add(word.ToString());
        }
    }
}
