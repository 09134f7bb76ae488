using System.Globalization;

namespace Weir.Forwarding.Admission;

/// <summary>Reads how long a client says it will wait: milliseconds, or a number with the unit ms, s or m.</summary>
internal static class DeadlineHeader
{
    /// <summary>Longer ones are cut to this.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>False when the text is no such time; the header is then ignored.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan time)
    {
        text = text.Trim();
        var digits = text.IndexOfAnyExceptInRange('0', '9');
        var number = digits < 0 ? text : text[..digits];
        double unit = (digits < 0 ? "ms" : text[digits..].Trim()) switch
        {
            "ms" => 1,
            "s" => 1000,
            "m" => 60_000,
            _ => 0,
        };
        time = default;
        if (unit == 0 || number.Length is 0 or > 9 || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            return false;
        time = TimeSpan.FromMilliseconds(Math.Min(value * unit, Longest.TotalMilliseconds));
        return true;
    }
}
