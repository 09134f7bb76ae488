using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Semantics;

/// <summary>What an answer to an unsafe method makes stale (RFC 9111 section 4.4).</summary>
internal static class Invalidation
{
    /// <returns>True for methods that IANA lists as safe; all others, unknown ones too, may change what is stored.</returns>
    public static bool IsSafe(string method) => method is "GET" or "HEAD" or "OPTIONS" or "TRACE" or "PROPFIND" or "REPORT" or "SEARCH" or "QUERY";

    /// <returns>
    /// Paths with queries, of the request's own origin, whose entries and variants are to be dropped: its own first, then those of
    /// Location and Content-Location. Empty after a failure and for a safe method.
    /// </returns>
    public static IReadOnlyList<string> Targets(in RequestFacts request, int status, IReadOnlyList<FieldLine> fields)
    {
        if (IsSafe(request.Method) || status is < 200 or > 399)
        {
            return [];
        }

        var targets = new List<string>(3) { request.Target };
        Add(targets, request, FieldText.First(fields, "Location"));
        Add(targets, request, FieldText.First(fields, "Content-Location"));
        return targets;
    }

    private static void Add(List<string> targets, in RequestFacts request, string? reference)
    {
        if (reference is not null && SameOrigin.Target(request, reference) is { } target && !targets.Contains(target))
        {
            targets.Add(target);
        }
    }
}
