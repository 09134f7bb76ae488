namespace Weir.Policies.Caching.Semantics;

/// <summary>The one part that a Range field asks for.</summary>
/// <param name="First">First byte; null for the last <paramref name="Last"/> bytes.</param>
/// <param name="Last">Last byte, included; null for to the end. Without <paramref name="First"/>, how many.</param>
internal readonly record struct RequestedRange(long? First, long? Last)
{
    private const string Unit = "bytes=";

    /// <returns>False for what is answered with the whole: another unit, several parts, or any other text.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out RequestedRange range)
    {
        range = default;
        text = FieldText.Trim(text);
        if (!text.StartsWith(Unit, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        text = FieldText.Trim(text[Unit.Length..]);
        var dash = text.IndexOf('-');
        if (dash < 0)
        {
            return false;
        }

        long? first = null;
        long? last = null;
        if (dash > 0)
        {
            if (!ContentRange.TryNumber(text[..dash], out var number))
            {
                return false;
            }

            first = number;
        }

        if (dash < text.Length - 1)
        {
            if (!ContentRange.TryNumber(text[(dash + 1)..], out var number))
            {
                return false;
            }

            last = number;
        }

        range = new(first, last);
        return (first is not null || last is not null) && !(last < first);
    }

    /// <returns>First and last byte of so many; null when none of them is asked for.</returns>
    public (long First, long Last)? Of(long complete)
    {
        if (First is { } first)
        {
            return first < complete ? (first, Math.Min(Last ?? long.MaxValue, complete - 1)) : null;
        }

        return Last > 0 && complete > 0 ? (Math.Max(0, complete - Last.Value), complete - 1) : null;
    }
}
