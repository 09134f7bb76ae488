namespace Weir.Policies.Caching.Semantics;

/// <summary>
/// Walks over the members of a comma-separated list, blanks round them trimmed, empty ones left out. A comma in a quoted string
/// separates nothing; a quoted string without an end takes all that is left.
/// </summary>
internal ref struct ListMembers(ReadOnlySpan<char> list)
{
    private ReadOnlySpan<char> rest = list;

    public ReadOnlySpan<char> Current { get; private set; }

    public readonly ListMembers GetEnumerator() => this;

    public bool MoveNext()
    {
        while (!rest.IsEmpty)
        {
            var end = End(rest);
            Current = FieldText.Trim(rest[..end]);
            rest = end < rest.Length ? rest[(end + 1)..] : default;
            if (!Current.IsEmpty)
            {
                return true;
            }
        }

        return false;
    }

    /// <returns>Where the first member ends: at a comma outside quotes, or at the end.</returns>
    public static int End(ReadOnlySpan<char> text)
    {
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"':
                    quoted = !quoted;
                    break;
                case '\\' when quoted:
                    i++;
                    break;
                case ',' when !quoted:
                    return i;
            }
        }

        return text.Length;
    }
}
