using Microsoft.Extensions.Primitives;

namespace Weir.Policies.Caching.Semantics;

/// <summary>
/// Brings the fields that choose a variant into one form, so that what means the same is the same variant: lines joined, blanks
/// round commas dropped; languages in lower case and sorted; codings and image formats only as far as the answers here differ.
/// </summary>
internal sealed class SelectingValues(SemanticRules rules)
{
    // Longer ones are taken as they are: a variant more at worst, no work beyond the line's length.
    private const int MaxSorted = 512;
    private const int MaxMembers = 32;

    /// <summary>For the request to the origin, which must say what the key says.</summary>
    public AcceptedCodings Codings { get; } = new(rules.Codings);

    /// <param name="name">Of a rule, lower-case, or <see cref="VaryRule.ImageAccept"/>.</param>
    /// <param name="lines">None when the field is absent.</param>
    public void Write(string name, StringValues lines, ref KeyWriter key)
    {
        if (name is "accept-encoding")
        {
            // Absent and empty both mean the plain form to an origin behind us.
            var start = key.Open();
            key.Text(Codings.Normal(lines.ToString()));
            key.Close(start);
            return;
        }

        if (lines.Count == 0)
        {
            key.Absent();
            return;
        }

        var value = lines.ToString();
        if (name is "cookie" or "authorization" or "proxy-authorization")
        {
            key.Secret(value);
            return;
        }

        var at = key.Open();
        switch (name)
        {
            case "accept-language":
                Sorted(value, ref key);
                break;
            case VaryRule.ImageAccept:
                Image(value, ref key);
                break;
            default:
                Trimmed(value, ref key);
                break;
        }

        key.Close(at);
    }

    private static void Trimmed(string value, ref KeyWriter key)
    {
        var first = true;
        foreach (var member in new ListMembers(value))
        {
            key.Text(first ? "" : ",");
            key.Text(member);
            first = false;
        }
    }

    private static void Sorted(string value, ref KeyWriter key)
    {
        if (value.Length > MaxSorted)
        {
            Trimmed(value, ref key);
            return;
        }

        Span<char> lower = stackalloc char[MaxSorted];
        var length = 0;
        foreach (var c in value)
        {
            if (!FieldText.IsBlank(c))
            {
                lower[length++] = char.ToLowerInvariant(c);
            }
        }

        lower = lower[..length];
        Span<Range> members = stackalloc Range[MaxMembers + 1];
        var count = lower.Split(members, ',', StringSplitOptions.RemoveEmptyEntries);
        if (count > MaxMembers)
        {
            Trimmed(value, ref key);
            return;
        }

        members = members[..count];
        for (var i = 1; i < count; i++)
        {
            for (var j = i; j > 0 && Compare(lower, members[j], members[j - 1]) < 0; j--)
            {
                (members[j], members[j - 1]) = (members[j - 1], members[j]);
            }
        }

        for (var i = 0; i < count; i++)
        {
            if (i == 0 || Compare(lower, members[i], members[i - 1]) != 0)
            {
                key.Text(i == 0 ? "" : ",");
                key.Text(lower[members[i]]);
            }
        }
    }

    private static int Compare(ReadOnlySpan<char> text, Range one, Range other) => text[one].SequenceCompareTo(text[other]);

    /// <summary>
    /// The formats that are named, in our order. Who names HTML, too, may get a page under the same URL, and who takes no image at
    /// all gets something else again: they are variants of their own.
    /// </summary>
    private void Image(string value, ref KeyWriter key)
    {
        var formats = 0;
        var html = false;
        var images = false;
        foreach (var member in new ListMembers(value))
        {
            var end = member.IndexOf(';');
            var type = FieldText.Trim(end < 0 ? member : member[..end]);
            if (end >= 0 && AcceptedCodings.QualityIsZero(member[(end + 1)..]))
            {
                continue;
            }

            html |= FieldText.Same(type, "text/html") || FieldText.Same(type, "application/xhtml+xml");
            images |= type is "*/*" || type.StartsWith("image/", StringComparison.OrdinalIgnoreCase);
            for (var i = 0; i < rules.ImageFormats.Count && i < 31; i++)
            {
                formats |= FieldText.Same(type, rules.ImageFormats[i]) ? 1 << i : 0;
            }
        }

        if (!images)
        {
            key.Text("-");
            Trimmed(value, ref key);
            return;
        }

        key.Text(html ? "html" : "image");
        for (var i = 0; i < rules.ImageFormats.Count && i < 31; i++)
        {
            if ((formats & (1 << i)) != 0)
            {
                key.Text(",");
                key.Text(rules.ImageFormats[i]);
            }
        }
    }
}
