using System.Globalization;
using System.Text.RegularExpressions;

namespace Weir.Fail2ban.Dates;

/// <summary>Makes a time of the groups of a date's expression. What is missing is filled in as fail2ban does: this year, or the last one; today, or yesterday.</summary>
internal static class DateFields
{
    /// <summary>Null when there is no such time, as on 30 February.</summary>
    public static DateTimeOffset? Read(Match match, TimeZoneInfo zone, DateTimeOffset now)
    {
        DateTime local = TimeZoneInfo.ConvertTime(now, zone).DateTime;
        int? year = Year(match);
        bool assumeYear = year is null;
        year ??= local.Year;
        int? month = Number(match, "m") ?? Named(match, "B", TimeTokens.Months) ?? Named(match, "b", TimeTokens.Months);
        int? day = Number(match, "d");
        int? offset = null;
        foreach (string key in (ReadOnlySpan<string>)["z", "Z"])
        {
            if (Text(match, key) is { } name)
            {
                // With (?i) a word in small letters may stand where a zone is looked for: then there is no such zone.
                offset = ZoneNames.Parse(name);
                if (offset is null)
                {
                    return null;
                }
            }
        }

        try
        {
            if ((month is null || day is null) && Julian(match, year.Value) is { } julian)
            {
                DateTime date = new DateTime(year.Value, 1, 1).AddDays(julian - 1);
                (year, month, day) = (date.Year, date.Month, date.Day);
            }

            bool assumeToday = month is null && day is null;
            if (assumeToday)
            {
                (month, day) = (local.Month, local.Day);
            }

            if (month is null || day is null)
            {
                return null;
            }

            int second = Number(match, "S") ?? 0;
            DateTime time = new DateTime(year.Value, month.Value, day.Value, Hour(match), Number(match, "M") ?? 0, Math.Min(second, 59));
            DateTime compared = offset is { } minutes ? time.AddMinutes(-minutes) : time;
            DateTime reference = local;
            if (assumeToday && compared > reference)
            {
                compared = compared.AddDays(-1);
            }

            if (assumeYear && compared > reference.AddDays(1))
            {
                compared = new DateTime(year.Value - 1, month.Value, day.Value, compared.Hour, compared.Minute, compared.Second);
            }

            return offset is null
                ? new DateTimeOffset(compared, zone.GetUtcOffset(compared))
                : new DateTimeOffset(compared, TimeSpan.Zero);
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static int Hour(Match match)
    {
        if (Number(match, "I") is not { } hour)
        {
            return Number(match, "H") ?? 0;
        }

        bool afternoon = string.Equals(Text(match, "p"), "pm", StringComparison.OrdinalIgnoreCase);
        return hour % 12 + (afternoon ? 12 : 0);
    }

    private static int? Year(Match match)
    {
        if (Number(match, "Y") is { } year)
        {
            return year;
        }

        return Number(match, "y") is { } two ? two + 2000 : null;
    }

    private static int? Julian(Match match, int year)
    {
        if (Number(match, "j") is { } day)
        {
            return day;
        }

        bool sunday = Number(match, "U") is not null;
        int? week = Number(match, "U") ?? Number(match, "W");
        int? weekday = Named(match, "A", TimeTokens.Days) ?? Named(match, "a", TimeTokens.Days) ?? (Number(match, "w") is { } w ? (w + 6) % 7 + 1 : null);
        if (week is null || weekday is null)
        {
            return null;
        }

        int first = ((int)new DateTime(year, 1, 1).DayOfWeek + 6) % 7;
        int dayOfWeek = weekday.Value - 1;
        if (sunday)
        {
            first = (first + 1) % 7;
            dayOfWeek = (dayOfWeek + 1) % 7;
        }

        int zeroLength = (7 - first) % 7;
        return week == 0 ? 1 + dayOfWeek - first : 1 + zeroLength + 7 * (week - 1) + dayOfWeek;
    }

    private static string? Text(Match match, string key) => match.Groups[key] is { Success: true } group ? group.Value : null;

    private static int? Number(Match match, string key) =>
        match.Groups[key] is { Success: true } group && int.TryParse(group.ValueSpan, NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out int number)
            ? number
            : null;

    // Counted from 1.
    private static int? Named(Match match, string key, string[] names)
    {
        if (match.Groups[key] is not { Success: true } group)
        {
            return null;
        }

        string text = group.Value;
        int at = Array.FindIndex(names, name => name.StartsWith(text, StringComparison.OrdinalIgnoreCase));
        return at < 0 ? null : at + 1;
    }
}
