namespace Weir.Policies.Caching.Semantics;

/// <summary>
/// The one tokenizer of Cache-Control: <c>token [= token | quoted-string]</c>, separated by commas. What stands in a quoted string is
/// never taken for a directive of its own, unless the string has no end: then restrictions in it count.
/// </summary>
internal ref struct DirectiveReader(ReadOnlySpan<char> text)
{
    /// <summary>Characters of the longest directive that we know, stale-while-revalidate, and some.</summary>
    public const int LongestName = 32;

    private readonly ReadOnlySpan<char> text = text;
    private int at;

    public ReadOnlySpan<char> Name { get; private set; }

    public ArgumentForm Form { get; private set; }

    /// <summary>Unquoted, for <see cref="ArgumentForm.Text"/>.</summary>
    public ReadOnlySpan<char> Argument { get; private set; }

    /// <summary>Set from a quoted string without an end on.</summary>
    public bool OnlyRestrictions { get; private set; }

    /// <returns>False at the end.</returns>
    public bool Read()
    {
        while (true)
        {
            while (at < text.Length && (text[at] == ',' || FieldText.IsBlank(text[at])))
            {
                at++;
            }

            if (at == text.Length)
            {
                return false;
            }

            var start = at;
            Name = Token();
            Argument = default;
            if (Name.IsEmpty)
            {
                Skip(start);
                continue;
            }

            ReadArgument(start);
            return true;
        }
    }

    private void ReadArgument(int start)
    {
        var blanks = Blanks();
        if (Ends())
        {
            Form = ArgumentForm.None;
            return;
        }

        if (text[at] != '=')
        {
            Form = ArgumentForm.Broken;
            Skip(start);
            return;
        }

        at++;
        if (blanks || (at < text.Length && FieldText.IsBlank(text[at])))
        {
            Form = ArgumentForm.Spaced;
            Skip(start);
            return;
        }

        var whole = at < text.Length && text[at] == '"' ? Quoted() : Plain();
        Blanks();
        Form = whole && Ends() ? ArgumentForm.Text : ArgumentForm.Broken;
        if (Form == ArgumentForm.Broken)
        {
            Skip(start);
        }
    }

    private ReadOnlySpan<char> Token()
    {
        var start = at;
        while (at < text.Length && FieldText.IsTokenChar(text[at]))
        {
            at++;
        }

        return text[start..at];
    }

    private bool Plain()
    {
        Argument = Token();
        return true;
    }

    private bool Quoted()
    {
        var start = at + 1;
        var escapes = false;
        for (var i = start; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                var inside = text[start..i];
                Argument = escapes ? Unescaped(inside) : inside;
                at = i + 1;
                return true;
            }

            if (text[i] == '\\')
            {
                escapes = true;
                i++;
            }
        }

        return false;
    }

    private static string Unescaped(ReadOnlySpan<char> inside)
    {
        var plain = new System.Text.StringBuilder(inside.Length);
        for (var i = 0; i < inside.Length; i++)
        {
            plain.Append(inside[i] == '\\' ? inside[++i] : inside[i]);
        }

        return plain.ToString();
    }

    private bool Blanks()
    {
        var start = at;
        while (at < text.Length && FieldText.IsBlank(text[at]))
        {
            at++;
        }

        return at > start;
    }

    private readonly bool Ends() => at == text.Length || text[at] == ',';

    /// <summary>To the comma behind a directive that is none, or to the next comma of all where its quotes do not end.</summary>
    private void Skip(int start)
    {
        var rest = text[start..];
        if (!OnlyRestrictions && Balanced(rest, out var end))
        {
            at = start + end;
            return;
        }

        OnlyRestrictions = true;
        var comma = rest.IndexOf(',');
        at = comma < 0 ? text.Length : start + comma;
    }

    private static bool Balanced(ReadOnlySpan<char> rest, out int end)
    {
        end = ListMembers.End(rest);
        if (end < rest.Length)
        {
            return true;
        }

        var quoted = false;
        for (var i = 0; i < rest.Length; i++)
        {
            if (quoted && rest[i] == '\\')
            {
                i++;
            }
            else if (rest[i] == '"')
            {
                quoted = !quoted;
            }
        }

        return !quoted;
    }
}
