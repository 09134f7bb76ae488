namespace Weir.Policies.Caching.Semantics;

/// <summary>Entity tags, compared as texts (RFC 9110 section 8.8.3). One that an origin writes without quotes equals only itself.</summary>
internal static class EntityTag
{
    /// <summary>True for <c>W/"..."</c>.</summary>
    public static bool IsWeak(ReadOnlySpan<char> tag) => tag.StartsWith("W/", StringComparison.Ordinal);

    public static bool WeakMatch(ReadOnlySpan<char> one, ReadOnlySpan<char> other) => Opaque(one).SequenceEqual(Opaque(other)) && !Opaque(one).IsEmpty;

    /// <summary>The same tag, and both strong: the same bytes.</summary>
    public static bool StrongMatch(ReadOnlySpan<char> one, ReadOnlySpan<char> other) => !one.IsEmpty && !IsWeak(one) && one.SequenceEqual(other);

    /// <param name="list">The value of If-None-Match: tags, or <c>*</c> for any.</param>
    /// <param name="tag">Of the stored answer; empty for none.</param>
    public static bool ListMatches(ReadOnlySpan<char> list, ReadOnlySpan<char> tag)
    {
        if (FieldText.Trim(list) is "*")
        {
            return true;
        }

        while (NextTag(ref list, out var member))
        {
            if (WeakMatch(member, tag))
            {
                return true;
            }
        }

        return false;
    }

    // Not ListMembers: in a tag, a backslash is a character like any other.
    private static bool NextTag(ref ReadOnlySpan<char> list, out ReadOnlySpan<char> tag)
    {
        list = list.TrimStart(" \t,");
        var quoted = false;
        var end = 0;
        for (; end < list.Length && (quoted || list[end] != ','); end++)
        {
            quoted ^= list[end] == '"';
        }

        tag = FieldText.Trim(list[..end]);
        list = list[end..];
        return !tag.IsEmpty;
    }

    private static ReadOnlySpan<char> Opaque(ReadOnlySpan<char> tag) => IsWeak(tag) ? tag[2..] : tag;
}
