using Microsoft.Extensions.Primitives;
using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Semantics;

/// <summary>Conditions of a client, held against a stored answer (RFC 9111 section 4.3.2), and of ours, for the origin.</summary>
internal static class Preconditions
{
    /// <summary>The fields of a stored answer that a 304 made from it carries (RFC 9110 section 15.4.5).</summary>
    /// <param name="name">In any case.</param>
    /// <param name="tagged">The stored answer has an ETag, so that Last-Modified says nothing more.</param>
    /// <param name="targeted">Names of targeted fields, which caches behind us read.</param>
    public static bool Carried(string name, bool tagged, IReadOnlyList<string> targeted)
    {
        if (FieldText.Same(name, "Last-Modified"))
        {
            return !tagged;
        }

        for (var i = 0; i < targeted.Count; i++)
        {
            if (FieldText.Same(name, targeted[i]))
            {
                return true;
            }
        }

        return FieldText.Same(name, "ETag") || FieldText.Same(name, "Date") || FieldText.Same(name, "Cache-Control") || FieldText.Same(name, "Vary")
            || FieldText.Same(name, "Expires") || FieldText.Same(name, "Content-Location");
    }

    /// <returns>True when the client has what is stored, so that it gets a 304.</returns>
    /// <param name="facts">Conditions of other methods than GET and HEAD are the origin's to judge.</param>
    /// <param name="ifNoneMatch">When there is one, <paramref name="ifModifiedSince"/> does not count.</param>
    public static bool NotModified(CachedResponse stored, in RequestFacts facts, StringValues ifNoneMatch, StringValues ifModifiedSince, long now)
    {
        if (stored.Status is < 200 or > 299 || !(facts.IsGet || facts.IsHead))
        {
            return false;
        }

        if (ifNoneMatch.Count > 0)
        {
            return EntityTag.ListMatches(ifNoneMatch.ToString(), FieldText.Single(stored.Fields, "ETag"));
        }

        return ifModifiedSince.Count == 1 && HttpDate.TryParse(FieldText.Trim(ifModifiedSince[0]), now, out var since)
            && ModifiedAt(stored, now) <= since;
    }

    /// <returns>What to send in place of the client's own conditions; both null when the answer can only be fetched anew.</returns>
    public static (string? IfNoneMatch, string? IfModifiedSince) Validators(CachedResponse stored) => Validators(stored.Fields, stored.ReceivedAt);

    /// <inheritdoc cref="Validators(CachedResponse)" />
    public static (string? IfNoneMatch, string? IfModifiedSince) Validators(IReadOnlyList<FieldLine> fields, long now)
    {
        var tag = FieldText.Single(fields, "ETag");
        var modified = FieldText.Single(fields, "Last-Modified");
        return (string.IsNullOrEmpty(tag) ? null : tag, HttpDate.TryParse(modified, now, out _) ? modified : null);
    }

    // Without Last-Modified, what has not been there before Date cannot have changed since then for this client.
    private static long ModifiedAt(CachedResponse stored, long now)
    {
        if (HttpDate.TryParse(FieldText.Single(stored.Fields, "Last-Modified"), now, out var at)
            || HttpDate.TryParse(FieldText.Single(stored.Fields, "Date"), now, out at))
        {
            return at;
        }

        return stored.ReceivedAt;
    }
}
