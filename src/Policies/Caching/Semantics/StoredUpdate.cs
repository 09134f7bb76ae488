using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Semantics;

/// <summary>Brings a stored answer up to date with the head of a later one (RFC 9111 sections 3.2, 4.3.4, 4.3.5).</summary>
internal static class StoredUpdate
{
    /// <returns>
    /// False when a 304 is about something else than what is stored: it names another strong ETag. Then the stored answer is of no use,
    /// and the request goes once more, without our validators.
    /// </returns>
    public static bool Selects(CachedResponse stored, IReadOnlyList<FieldLine> fields)
    {
        var tag = FieldText.Single(fields, "ETag");
        var ours = FieldText.Single(stored.Fields, "ETag");
        return string.IsNullOrEmpty(tag) || string.IsNullOrEmpty(ours) || EntityTag.WeakMatch(tag, ours);
    }

    /// <summary>Each field that the 304 has takes the place of all stored lines of its name; times and freshness are computed anew.</summary>
    /// <param name="request">The request that was validated.</param>
    /// <param name="entry">What to answer with, now.</param>
    /// <returns>Whether the entry may be stored: the 304 may have brought no-store or private.</returns>
    public static JudgedAnswer ByNotModified(
        in RequestFacts request, CachedResponse stored, IReadOnlyList<FieldLine> fields,
        long requestedAt, long receivedAt, SemanticRules rules, out CachedResponse entry)
    {
        var newer = StoredFields.Of(fields, CacheControl.Empty);
        var merged = new List<FieldLine>(stored.Fields.Count + newer.Length + 1);
        for (var i = 0; i < stored.Fields.Count; i++)
        {
            var name = stored.Fields[i].Name;
            if (!Replaceable(name) || !FieldText.Has(newer, name))
            {
                merged.Add(stored.Fields[i]);
            }
        }

        foreach (var line in newer)
        {
            if (Replaceable(line.Name))
            {
                merged.Add(line);
            }
        }

        if (FieldText.First(fields, AgeField.Name) is { } age)
        {
            merged.Add(new(AgeField.Name, age));
        }

        // A 304 without a Date came just now, whatever the stored one says.
        if (!FieldText.Has(fields, "Date"))
        {
            merged.RemoveAll(static line => FieldText.Same(line.Name, "Date"));
            merged.Add(new("Date", HttpDate.Format(receivedAt)));
        }

        var asGet = request with { Method = "GET", Ranged = stored.Range is not null };
        var judged = Storability.Judge(asGet, stored.Status, merged, requestedAt, receivedAt, rules);
        entry = judged.ToEntry(stored.KeyText, stored.Body, receivedAt, stored.Tags);
        return judged;
    }

    /// <summary>What a 200 to HEAD says of a stored 200 to GET: the same with newer fields, or another.</summary>
    /// <param name="entry">The freshened entry, for <see cref="HeadEffect.Freshen"/>.</param>
    public static HeadEffect ByHead(
        in RequestFacts request, CachedResponse stored, int status, IReadOnlyList<FieldLine> fields,
        long requestedAt, long receivedAt, SemanticRules rules, out CachedResponse? entry)
    {
        entry = null;
        if (status != 200 || stored.Status != 200)
        {
            return HeadEffect.None;
        }

        if (!Agrees(stored, fields, receivedAt))
        {
            return HeadEffect.Evict;
        }

        var judged = ByNotModified(request, stored, fields, requestedAt, receivedAt, rules, out var updated);
        entry = judged.Stored ? updated : null;
        return judged.Stored ? HeadEffect.Freshen : HeadEffect.Evict;
    }

    private static bool Agrees(CachedResponse stored, IReadOnlyList<FieldLine> fields, long now)
    {
        var tag = FieldText.Single(fields, "ETag");
        var modified = FieldText.Single(fields, "Last-Modified");
        var length = FieldText.First(fields, "Content-Length");
        var coding = FieldText.Joined(fields, "Content-Encoding");
        return (string.IsNullOrEmpty(tag) || tag == FieldText.Single(stored.Fields, "ETag"))
            && (modified is null || SameDate(modified, FieldText.Single(stored.Fields, "Last-Modified"), now))
            && (length is null || (ContentRange.TryNumber(length, out var bytes) && bytes == stored.Body.Length))
            && FieldText.Same(coding ?? "", FieldText.Joined(stored.Fields, "Content-Encoding") ?? "");
    }

    private static bool SameDate(string one, string? other, long now) =>
        HttpDate.TryParse(one, now, out var a) && HttpDate.TryParse(other, now, out var b) && a == b;

    // What describes the stored bytes stays with them.
    private static bool Replaceable(string name) => !FieldText.Same(name, "Content-Encoding") && !FieldText.Same(name, "Content-Range");
}
