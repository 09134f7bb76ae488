using System.Globalization;

namespace Weir.Policies.Jail.Lists;

/// <summary>How long a ban is, as people write it.</summary>
public static class BanTime
{
    /// <summary>Longest that is taken, ten years; more is for ever.</summary>
    public static readonly TimeSpan Most = TimeSpan.FromDays(3660);

    /// <summary>
    /// Reads <c>600</c> (seconds), <c>10m</c>, <c>1h30m</c>, <c>2d</c>, <c>1w</c>, <c>01:00:00</c>, <c>1.00:00:00</c>; <c>forever</c>
    /// or <c>-1</c> for ever.
    /// </summary>
    /// <param name="text">As written.</param>
    /// <param name="time">Null for ever.</param>
    /// <returns>False when it is none of these, or not above zero.</returns>
    public static bool TryParse(string text, out TimeSpan? time)
    {
        time = null;
        text = text.Trim();
        if (text.Equals("forever", StringComparison.OrdinalIgnoreCase) || text == "-1")
            return true;
        if (text.Contains(':'))
        {
            if (!TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) || span <= TimeSpan.Zero || span > Most)
                return false;
            time = span;
            return true;
        }

        if (!TrySeconds(text, out var seconds) || seconds <= 0 || seconds > Most.TotalSeconds)
            return false;
        time = TimeSpan.FromSeconds(seconds);
        return true;
    }

    private static bool TrySeconds(string text, out double seconds)
    {
        seconds = 0;
        var number = 0L;
        var digits = 0;
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c))
            {
                if (++digits > 9)
                    return false;
                number = (number * 10) + (c - '0');
                continue;
            }

            var unit = char.ToLowerInvariant(c) switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, 'w' => 604_800, _ => 0 };
            if (unit == 0 || digits == 0)
                return false;
            seconds += (double)number * unit;
            (number, digits) = (0, 0);
        }

        seconds += number;
        return text.Length > 0;
    }
}
