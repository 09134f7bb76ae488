using System.Buffers;
using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Semantics;

/// <summary>The words of HTTP's field grammar (RFC 9110 section 5.6) and the lines of a head.</summary>
internal static class FieldText
{
    private static readonly SearchValues<char> TokenChars =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    public static bool IsTokenChar(char c) => TokenChars.Contains(c);

    /// <returns>True for one or more token characters.</returns>
    public static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenChars);

    public static bool IsBlank(char c) => c is ' ' or '\t';

    /// <summary>Without the blanks (space, tab) at both ends.</summary>
    public static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text) => text.Trim(" \t");

    public static bool Same(ReadOnlySpan<char> one, ReadOnlySpan<char> other) => one.Equals(other, StringComparison.OrdinalIgnoreCase);

    /// <returns>How many lines have that name.</returns>
    public static int Count(IReadOnlyList<FieldLine> fields, string name)
    {
        var count = 0;
        for (var i = 0; i < fields.Count; i++)
        {
            if (Same(fields[i].Name, name))
            {
                count++;
            }
        }

        return count;
    }

    public static bool Has(IReadOnlyList<FieldLine> fields, string name) => First(fields, name) is not null;

    /// <returns>The value of the first line with that name, or null.</returns>
    public static string? First(IReadOnlyList<FieldLine> fields, string name)
    {
        for (var i = 0; i < fields.Count; i++)
        {
            if (Same(fields[i].Name, name))
            {
                return fields[i].Value;
            }
        }

        return null;
    }

    /// <returns>The value of the only line with that name; null when there is none or more than one, for fields that are not lists.</returns>
    public static string? Single(IReadOnlyList<FieldLine> fields, string name) => Count(fields, name) == 1 ? First(fields, name) : null;

    /// <returns>All lines with that name as one value, joined by commas in their order, or null.</returns>
    public static string? Joined(IReadOnlyList<FieldLine> fields, string name)
    {
        string? joined = null;
        for (var i = 0; i < fields.Count; i++)
        {
            if (Same(fields[i].Name, name))
            {
                joined = joined is null ? fields[i].Value : joined + ", " + fields[i].Value;
            }
        }

        return joined;
    }

    /// <returns>The names of lower-case tokens in a list; null when a member is none. An empty list has none.</returns>
    public static List<string>? Names(ReadOnlySpan<char> list)
    {
        var names = new List<string>();
        foreach (var range in list.Split(','))
        {
            var name = Trim(list[range]);
            if (name.IsEmpty)
            {
                continue;
            }

            if (!IsToken(name))
            {
                return null;
            }

            names.Add(name.ToString().ToLowerInvariant());
        }

        return names;
    }
}
