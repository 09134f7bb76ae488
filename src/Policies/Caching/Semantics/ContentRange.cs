using System.Globalization;
using Weir.Policies.Caching.Entries;

namespace Weir.Policies.Caching.Semantics;

/// <summary>The Content-Range field: <c>bytes 0-499/1234</c>.</summary>
internal static class ContentRange
{
    private const string Unit = "bytes ";

    /// <returns>False for another unit, an unsatisfied range, a part that is not within the whole, or any other text.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out ByteRange range)
    {
        range = default;
        if (!text.StartsWith(Unit, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        text = text[Unit.Length..];
        var (dash, slash) = (text.IndexOf('-'), text.IndexOf('/'));
        if (dash < 0 || slash < dash || !TryNumber(text[..dash], out var first) || !TryNumber(text[(dash + 1)..slash], out var last) || last < first)
        {
            return false;
        }

        long? complete = null;
        if (text[(slash + 1)..] is not "*")
        {
            if (!TryNumber(text[(slash + 1)..], out var length) || length <= last)
            {
                return false;
            }

            complete = length;
        }

        range = new(first, last, complete);
        return true;
    }

    public static string Format(in ByteRange range) => range.Complete is { } complete
        ? string.Create(CultureInfo.InvariantCulture, $"bytes {range.First}-{range.Last}/{complete}")
        : string.Create(CultureInfo.InvariantCulture, $"bytes {range.First}-{range.Last}/*");

    /// <returns>What a 416 carries.</returns>
    public static string Unsatisfied(long complete) => string.Create(CultureInfo.InvariantCulture, $"bytes */{complete}");

    /// <returns>False for anything but 1 to 18 digits: no body has 10^18 bytes.</returns>
    internal static bool TryNumber(ReadOnlySpan<char> digits, out long number)
    {
        number = 0;
        if (digits.IsEmpty || digits.Length > 18)
        {
            return false;
        }

        foreach (var c in digits)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }

            number = (number * 10) + (c - '0');
        }

        return true;
    }
}
