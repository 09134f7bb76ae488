using Microsoft.Extensions.Primitives;

namespace Weir.Policies.Contracts;

/// <summary>Reads cookies without building the collection of all (RFC 6265 section 5.4: pairs parted by semicolons).</summary>
internal static class RequestCookie
{
    /// <summary>The first value under the name, case-sensitive, undecoded; empty when there is none.</summary>
    public static ReadOnlySpan<char> Find(StringValues headers, string name)
    {
        foreach (var pair in Pairs(headers))
        {
            if (pair.Length > name.Length && pair[name.Length] == '=' && pair.StartsWith(name, StringComparison.Ordinal))
                return pair[(name.Length + 1)..];
        }

        return default;
    }

    /// <summary>All pairs of all lines in order, blanks round them dropped, as <c>name=value</c> or whatever else stands there. Allocates nothing.</summary>
    public static CookiePairs Pairs(StringValues headers) => new(headers);
}
