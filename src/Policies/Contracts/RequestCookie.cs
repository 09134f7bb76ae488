using Microsoft.Extensions.Primitives;

namespace Weir.Policies.Contracts;

/// <summary>Reads one cookie without building the collection of all (RFC 6265 section 5.4: pairs parted by semicolons).</summary>
internal static class RequestCookie
{
    /// <summary>The first value under the name, case-sensitive, undecoded; empty when there is none.</summary>
    public static ReadOnlySpan<char> Find(StringValues headers, string name)
    {
        for (var i = 0; i < headers.Count; i++)
        {
            var rest = headers[i].AsSpan();
            while (!rest.IsEmpty)
            {
                var end = rest.IndexOf(';');
                var pair = (end < 0 ? rest : rest[..end]).Trim();
                rest = end < 0 ? default : rest[(end + 1)..];
                if (pair.Length > name.Length && pair[name.Length] == '=' && pair.StartsWith(name, StringComparison.Ordinal))
                    return pair[(name.Length + 1)..];
            }
        }

        return default;
    }
}
