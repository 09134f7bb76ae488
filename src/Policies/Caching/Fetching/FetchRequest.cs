using Microsoft.AspNetCore.Http;
using Weir.Policies.Caching.Entries;
using Weir.Policies.Caching.Semantics;

namespace Weir.Policies.Caching.Fetching;

/// <summary>What a fetch asks for: the client's head without what no key names, and with the cache's own conditions.</summary>
internal static class FetchRequest
{
    public static void Prepare(IHeaderDictionary headers, FetchOrder order, CachedResponse? stale)
    {
        var policy = order.Policy;
        foreach (var name in policy.Unkeyed)
            headers.Remove(name);
        if (policy.Options.DropCookies)
            headers.Remove("Cookie");
        headers.Remove("If-None-Match");
        headers.Remove("If-Modified-Since");
        if (!order.KeepsRange)
        {
            headers.Remove("Range");
            headers.Remove("If-Range");
        }

        // What the key says of codings is what the origin may choose among.
        var codings = policy.Selecting.Codings.Normal(headers.AcceptEncoding.ToString());
        if (codings.Length == 0)
            headers.Remove("Accept-Encoding");
        else
            headers.AcceptEncoding = codings;
        if (stale is null)
            return;
        var (tag, modified) = Preconditions.Validators(stale);
        if (tag is not null)
            headers.IfNoneMatch = tag;
        if (modified is not null)
            headers.IfModifiedSince = modified;
    }

    /// <summary>The answer's lines as the rules judge them: without the session's cookie that a stage of this gateway added for one client.</summary>
    /// <param name="affinity">Name of that cookie or field; null for none.</param>
    public static List<FieldLine> Lines(IHeaderDictionary headers, string? affinity)
    {
        var lines = new List<FieldLine>(headers.Count);
        foreach (var (name, values) in headers)
        {
            for (var i = 0; i < values.Count; i++)
            {
                var value = values[i] ?? "";
                if (affinity is null || !IsOfSession(name, value, affinity))
                    lines.Add(new(name, value));
            }
        }

        return lines;
    }

    private static bool IsOfSession(string name, string value, string affinity) =>
        name.Equals(affinity, StringComparison.OrdinalIgnoreCase)
        || (name.Equals("Set-Cookie", StringComparison.OrdinalIgnoreCase) && value.StartsWith(affinity, StringComparison.Ordinal)
            && value.Length > affinity.Length && value[affinity.Length] == '=');
}
