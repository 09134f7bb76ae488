using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Semantics;

namespace Weir.Policies.Caching.Purging;

/// <summary>The tags of an answer: those of <c>Surrogate-Key</c>, separated by blanks, and of <c>Cache-Tag</c>, separated by commas. Case counts.</summary>
internal static class CacheTags
{
    /// <summary>Tags of one answer.</summary>
    public const int MaxTags = 128;

    /// <summary>Characters of a tag.</summary>
    public const int MaxLength = 256;

    /// <param name="fields">A head as received, all lines.</param>
    public static IReadOnlyList<string> Of(IReadOnlyList<FieldLine> fields) => Of(fields, out _);

    /// <param name="fields">A head as received, all lines.</param>
    /// <param name="leftOut">Tags past a bound: a purge by one of them does not find the answer.</param>
    /// <returns>In the order of the lines, none twice.</returns>
    public static IReadOnlyList<string> Of(IReadOnlyList<FieldLine> fields, out int leftOut)
    {
        List<string>? tags = null;
        HashSet<string>? seen = null;
        leftOut = 0;
        for (var i = 0; i < fields.Count; i++)
        {
            var (name, value) = fields[i];
            var byBlanks = FieldText.Same(name, "Surrogate-Key");
            if (!byBlanks && !FieldText.Same(name, "Cache-Tag"))
                continue;
            var rest = value.AsSpan();
            while (!rest.IsEmpty)
            {
                var end = byBlanks ? rest.IndexOfAny(' ', '\t') : rest.IndexOf(',');
                var tag = FieldText.Trim(end < 0 ? rest : rest[..end]);
                rest = end < 0 ? default : rest[(end + 1)..];
                if (!tag.IsEmpty)
                    Add(tag, ref tags, ref seen, ref leftOut);
            }
        }

        return tags ?? (IReadOnlyList<string>)[];
    }

    private static void Add(ReadOnlySpan<char> tag, ref List<string>? tags, ref HashSet<string>? seen, ref int leftOut)
    {
        if (tag.Length > MaxLength)
        {
            leftOut++;
            return;
        }

        tags ??= [];
        seen ??= new HashSet<string>(StringComparer.Ordinal);
        if (seen.GetAlternateLookup<ReadOnlySpan<char>>().Contains(tag))
            return;
        if (tags.Count == MaxTags)
        {
            leftOut++;
            return;
        }

        var text = tag.ToString();
        seen.Add(text);
        tags.Add(text);
    }
}
