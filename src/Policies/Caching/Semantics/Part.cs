using Microsoft.Extensions.Primitives;
using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Semantics;

/// <summary>What a request with or without Range gets from a stored answer (RFC 9110 section 14).</summary>
/// <param name="Range">What is sent, for <see cref="PartKind.Part"/>; its Complete also for <see cref="PartKind.Unsatisfiable"/>.</param>
/// <param name="Offset">Where it begins in the stored body.</param>
internal readonly record struct Part(PartKind Kind, ByteRange Range = default, long Offset = 0)
{
    /// <summary>Bytes to send of a part.</summary>
    public long Length => Range.Last - Range.First + 1;

    /// <summary>The Content-Range of a 206 or 416.</summary>
    public string ContentRange => Kind == PartKind.Unsatisfiable
        ? Semantics.ContentRange.Unsatisfied(Range.Complete ?? 0)
        : Semantics.ContentRange.Format(Range);

    /// <param name="range">The request's Range lines.</param>
    /// <param name="ifRange">The request's If-Range lines.</param>
    public static Part Of(CachedResponse stored, in RequestFacts facts, StringValues range, StringValues ifRange, long now)
    {
        // Several parts are answered with the whole, which RFC 9110 section 14.2 permits: many small ones are an attack more often
        // than a wish.
        var asked = facts.IsGet && range.Count == 1 && RequestedRange.TryParse(range[0], out var parsed) && IfRangeHolds(stored, ifRange, now)
            ? parsed
            : (RequestedRange?)null;
        return stored.Range is { } held ? OfPart(held, asked) : OfWhole(stored, asked);
    }

    /// <returns>True when two stored parts may become one: the same strong ETag, and nothing missing between them (RFC 9111 section 3.4).</returns>
    public static bool MayCombine(CachedResponse one, CachedResponse other) =>
        one.Range is { } a && other.Range is { } b && a.Complete == b.Complete && a.First <= b.Last + 1 && b.First <= a.Last + 1
        && EntityTag.StrongMatch(FieldText.Single(one.Fields, "ETag"), FieldText.Single(other.Fields, "ETag"));

    private static Part OfWhole(CachedResponse stored, RequestedRange? asked)
    {
        if (stored.Status != 200 || asked is not { } wanted)
        {
            return new(PartKind.Whole);
        }

        var length = stored.Body.Length;
        return wanted.Of(length) is { } part
            ? new(PartKind.Part, new(part.First, part.Last, length), part.First)
            : new(PartKind.Unsatisfiable, new(0, 0, length));
    }

    private static Part OfPart(in ByteRange held, RequestedRange? asked)
    {
        if (asked is not { } wanted)
        {
            return new(held.First == 0 && held.Last == held.Complete - 1 ? PartKind.Whole : PartKind.Elsewhere);
        }

        if (held.Complete is { } complete)
        {
            if (wanted.Of(complete) is not { } part)
            {
                return new(PartKind.Unsatisfiable, new(0, 0, complete));
            }

            return part.First >= held.First && part.Last <= held.Last
                ? new(PartKind.Part, new(part.First, part.Last, complete), part.First - held.First)
                : new(PartKind.Elsewhere);
        }

        // How long the whole is, nobody knows: only a part with both ends can be told to lie within.
        return wanted.First is { } first && wanted.Last is { } last && first >= held.First && last <= held.Last
            ? new(PartKind.Part, new(first, last, null), first - held.First)
            : new(PartKind.Elsewhere);
    }

    /// <summary>A part is only sent to one who has the rest of the same bytes: a strong tag, or a date that is a strong one.</summary>
    private static bool IfRangeHolds(CachedResponse stored, StringValues ifRange, long now)
    {
        if (ifRange.Count == 0)
        {
            return true;
        }

        var value = FieldText.Trim(ifRange.ToString());
        if (!HttpDate.TryParse(value, now, out var at))
        {
            return EntityTag.StrongMatch(value, FieldText.Single(stored.Fields, "ETag"));
        }

        // Two versions may lie within one second: a date is strong once the origin's clock is past it.
        return HttpDate.TryParse(FieldText.Single(stored.Fields, "Last-Modified"), now, out var modified) && modified == at
            && HttpDate.TryParse(FieldText.Single(stored.Fields, "Date"), now, out var date) && date > modified;
    }
}
