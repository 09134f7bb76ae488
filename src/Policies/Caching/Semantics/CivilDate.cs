namespace Weir.Policies.Caching.Semantics;

/// <summary>The Gregorian calendar in whole numbers, years 0 to 9999 and beyond, without leap seconds.</summary>
internal static class CivilDate
{
    public const long DayMillis = 86_400_000;

    private const int DaysOfEra = 146_097;
    private const int DaysTo1970 = 719_468;

    /// <returns>Days since 1970-01-01.</returns>
    public static long Days(long year, int month, int day)
    {
        // A year that begins in March has its odd day at the end.
        var y = month <= 2 ? year - 1 : year;
        var era = (y >= 0 ? y : y - 399) / 400;
        var yearOfEra = y - (era * 400);
        var dayOfYear = (((153 * (month > 2 ? month - 3 : month + 9)) + 2) / 5) + day - 1;
        return (era * DaysOfEra) + (yearOfEra * 365) + (yearOfEra / 4) - (yearOfEra / 100) + dayOfYear - DaysTo1970;
    }

    /// <returns>The date that is so many days after 1970-01-01.</returns>
    public static (long Year, int Month, int Day) Date(long days)
    {
        var z = days + DaysTo1970;
        var era = (z >= 0 ? z : z - DaysOfEra + 1) / DaysOfEra;
        var dayOfEra = z - (era * DaysOfEra);
        var yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        var dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var m = ((5 * dayOfYear) + 2) / 153;
        var month = (int)(m < 10 ? m + 3 : m - 9);
        return (yearOfEra + (era * 400) + (month <= 2 ? 1 : 0), month, (int)(dayOfYear - (((153 * m) + 2) / 5)) + 1);
    }

    public static int DaysInMonth(long year, int month) => month switch
    {
        2 => (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    /// <summary>Days towards minus infinity, so that a time before 1970 lies in its own day.</summary>
    public static long DayOf(long millis) => (millis >= 0 ? millis : millis - DayMillis + 1) / DayMillis;
}
