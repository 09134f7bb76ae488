using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Semantics;

/// <summary>Cache-Control for some caches only (RFC 9213): a structured-field dictionary under a name of its own.</summary>
internal static class TargetedCacheControl
{
    public const string CdnCacheControl = "CDN-Cache-Control";

    /// <returns>What the field says; null when it is empty or has any error: then it is as if it were not there.</returns>
    /// <param name="value">All lines, joined by commas.</param>
    public static CacheControl? Parse(string? value)
    {
        if (value is null)
        {
            return null;
        }

        var dictionary = new StructuredDictionary(value);
        var control = new CacheControl();
        var members = 0;
        while (dictionary.Read())
        {
            control.TakeMember(dictionary.Key, dictionary.Value);
            members++;
        }

        return dictionary.Valid && members > 0 ? control : null;
    }

    /// <summary>What is in force for this cache: the first valid targeted field in the order of the names, or Cache-Control.</summary>
    public static ResponseControl Choose(IReadOnlyList<FieldLine> fields, IReadOnlyList<string> names)
    {
        for (var i = 0; i < names.Count; i++)
        {
            if (Parse(FieldText.Joined(fields, names[i])) is { } targeted)
            {
                return new(targeted, Targeted: true);
            }
        }

        return new(CacheControl.Parse(FieldText.Joined(fields, "Cache-Control")), Targeted: false);
    }
}
