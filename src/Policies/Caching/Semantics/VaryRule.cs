using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Semantics;

/// <summary>Makes a rule of <see cref="VaryIndex"/> from the Vary of an answer.</summary>
internal static class VaryRule
{
    /// <summary>Fields that one answer may vary by; one with more is not stored.</summary>
    public const int MaxNames = 16;

    /// <summary>
    /// Stands for <c>accept</c> where the answer is an image: then only the formats among which the origin chooses count. No field
    /// has this name, since <c>=</c> is no token character.
    /// </summary>
    public const string ImageAccept = "accept=image";

    private static readonly string[] PlainImages =
        ["image/png", "image/jpeg", "image/gif", "image/svg+xml", "image/x-icon", "image/vnd.microsoft.icon", "image/bmp"];

    private static readonly IReadOnlyList<string> None = [];
    private static readonly IReadOnlyList<string> Encoding = ["accept-encoding"];

    /// <param name="names">Sorted lower-case names without repeats; empty for an answer that does not vary.</param>
    /// <returns>False for one that must never be reused: <c>*</c> anywhere, what is no name, or too many names.</returns>
    public static bool TryParse(IReadOnlyList<FieldLine> fields, SemanticRules rules, out IReadOnlyList<string> names)
    {
        names = None;
        if (FieldText.Joined(fields, "Vary") is not { } vary)
        {
            return true;
        }

        if (FieldText.Same(FieldText.Trim(vary), Encoding[0]))
        {
            names = Encoding;
            return true;
        }

        if (FieldText.Names(vary) is not { } listed || listed.Contains("*"))
        {
            return false;
        }

        var image = IsChosenImage(FieldText.Single(fields, "Content-Type"), rules);
        var sorted = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var name in listed)
        {
            sorted.Add(image && name is "accept" ? ImageAccept : name);
            if (sorted.Count > MaxNames)
            {
                return false;
            }
        }

        names = [.. sorted];
        return true;
    }

    /// <summary>An image in one of the formats to choose among, or one that every client shows. Another may be for this client only.</summary>
    private static bool IsChosenImage(ReadOnlySpan<char> type, SemanticRules rules)
    {
        if (rules.ImageFormats.Count == 0)
        {
            return false;
        }

        var end = type.IndexOf(';');
        type = FieldText.Trim(end < 0 ? type : type[..end]);
        return Contains(rules.ImageFormats, type) || Contains(PlainImages, type);
    }

    private static bool Contains(IReadOnlyList<string> list, ReadOnlySpan<char> type)
    {
        for (var i = 0; i < list.Count; i++)
        {
            if (FieldText.Same(list[i], type))
            {
                return true;
            }
        }

        return false;
    }
}
