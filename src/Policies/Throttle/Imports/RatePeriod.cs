using System.Globalization;

namespace Weir.Policies.Throttle.Imports;

/// <summary>A period as AspNetCoreRateLimit writes it: a whole number and s, m, h or d.</summary>
internal static class RatePeriod
{
    public const string Allowed = "a whole number and s, m, h or d, at most 31d";

    /// <summary>Null when it is none.</summary>
    public static TimeSpan? Parse(string? text)
    {
        if (text is not { Length: >= 2 } || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1)
            return null;
        var seconds = (long)number * text[^1] switch
        {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            _ => 0,
        };
        return seconds is > 0 and <= 31 * 86_400L ? TimeSpan.FromSeconds(seconds) : null;
    }
}
