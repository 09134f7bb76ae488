namespace Weir.Policies.Caching.Semantics;

/// <summary>
/// The three forms of a date in HTTP (RFC 9110 section 5.6.7) and nothing else: the framework's parsers take much that is none, and
/// an Expires that is no date means stale. Names and GMT in any case. The name of the day is not compared with the date.
/// </summary>
internal static class HttpDate
{
    private const int ImfLength = 29;
    private const int AsctimeLength = 24;

    // What follows the day's name in the form of RFC 850: ", 06-Nov-94 08:49:37 GMT".
    private const int Rfc850Tail = 24;

    private const long LastFormatted = 253_402_300_799_999;
    private const long FirstFormatted = -62_167_219_200_000;

    private static readonly string[] Months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    private static readonly string[] Days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

    /// <param name="text">A field's value, without blanks round it.</param>
    /// <param name="now">Milliseconds since 1970: a year of two digits is the latest that is not more than 50 years past it.</param>
    /// <param name="at">Milliseconds since 1970; a leap second is the second after it.</param>
    /// <returns>False for anything but the three forms.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, long now, out long at)
    {
        at = 0;
        if (text.Length == ImfLength && text[3] == ',')
        {
            // Sun, 06 Nov 1994 08:49:37 GMT
            return IsShortDay(text) && text[4] == ' ' && text[7] == ' ' && text[11] == ' ' && IsGmt(text[25..]) && text[16] == ' '
                && TryMillis(Number(text[12..16]), Month(text[8..11]), Number(text[5..7]), text[17..25], out at);
        }

        if (text.Length == AsctimeLength && text[3] == ' ')
        {
            // Sun Nov  6 08:49:37 1994
            var day = text[8] == ' ' ? Number(text[9..10]) : Number(text[8..10]);
            return IsShortDay(text) && text[7] == ' ' && text[10] == ' ' && text[19] == ' '
                && TryMillis(Number(text[20..]), Month(text[4..7]), day, text[11..19], out at);
        }

        var comma = text.Length - Rfc850Tail;
        return comma >= 6 && text[comma] == ',' && IsLongDay(text[..comma]) && TryRfc850(text[comma..], now, out at);
    }

    /// <returns>The first form: <c>Sun, 06 Nov 1994 08:49:37 GMT</c>, rounded down to a second, years 0 to 9999.</returns>
    public static string Format(long at) => string.Create(ImfLength, Math.Clamp(at, FirstFormatted, LastFormatted), static (to, millis) =>
    {
        var days = CivilDate.DayOf(millis);
        var second = (int)((millis - (days * CivilDate.DayMillis)) / 1000);
        var (year, month, day) = CivilDate.Date(days);
        Days[(int)((((days + 4) % 7) + 7) % 7)].AsSpan(0, 3).CopyTo(to);
        ", ".CopyTo(to[3..]);
        Put(to.Slice(5, 2), day);
        to[7] = ' ';
        Months[month - 1].CopyTo(to[8..]);
        to[11] = ' ';
        Put(to.Slice(12, 4), (int)year);
        to[16] = ' ';
        Put(to.Slice(17, 2), second / 3600);
        to[19] = ':';
        Put(to.Slice(20, 2), second / 60 % 60);
        to[22] = ':';
        Put(to.Slice(23, 2), second % 60);
        " GMT".CopyTo(to[25..]);
    });

    /// <param name="tail"><c>, 06-Nov-94 08:49:37 GMT</c></param>
    private static bool TryRfc850(ReadOnlySpan<char> tail, long now, out long at)
    {
        at = 0;
        var inCentury = Number(tail[9..11]);
        if (tail[1] != ' ' || tail[4] != '-' || tail[8] != '-' || tail[11] != ' ' || !IsGmt(tail[20..]) || inCentury < 0)
        {
            return false;
        }

        var days = CivilDate.DayOf(now);
        var (year, month, day) = CivilDate.Date(days);
        var limit = (CivilDate.Days(year + 50, month, day) * CivilDate.DayMillis) + (now - (days * CivilDate.DayMillis));
        var candidate = (year / 100 * 100) + 100 + inCentury;
        for (var tries = 0; tries < 3; tries++, candidate -= 100)
        {
            // 29 February may be a day in one century only.
            if (TryMillis(candidate, Month(tail[5..8]), Number(tail[2..4]), tail[12..20], out at) && at <= limit)
            {
                return true;
            }
        }

        at = 0;
        return false;
    }

    private static bool TryMillis(long year, int month, int day, ReadOnlySpan<char> time, out long at)
    {
        at = 0;
        var (hour, minute, second) = (Number(time[..2]), Number(time[3..5]), Number(time[6..]));
        if (year is < 0 or > 9999 || month == 0 || day < 1 || day > CivilDate.DaysInMonth(year, month) || time[2] != ':' || time[5] != ':'
            || hour is < 0 or > 23 || minute is < 0 or > 59 || second < 0 || second > (hour == 23 && minute == 59 ? 60 : 59))
        {
            return false;
        }

        at = (CivilDate.Days(year, month, day) * CivilDate.DayMillis) + (((((hour * 60) + minute) * 60L) + second) * 1000);
        return true;
    }

    private static bool IsShortDay(ReadOnlySpan<char> text)
    {
        foreach (var day in Days)
        {
            if (FieldText.Same(text[..3], day.AsSpan(0, 3)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsLongDay(ReadOnlySpan<char> text)
    {
        foreach (var day in Days)
        {
            if (FieldText.Same(text, day))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsGmt(ReadOnlySpan<char> text) => FieldText.Same(text, " GMT");

    /// <returns>1 to 12, or 0.</returns>
    private static int Month(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < Months.Length; i++)
        {
            if (FieldText.Same(text, Months[i]))
            {
                return i + 1;
            }
        }

        return 0;
    }

    /// <returns>The number, or -1 when there is something else than digits.</returns>
    private static int Number(ReadOnlySpan<char> digits)
    {
        var number = 0;
        foreach (var c in digits)
        {
            if (!char.IsAsciiDigit(c))
            {
                return -1;
            }

            number = (number * 10) + (c - '0');
        }

        return number;
    }

    private static void Put(Span<char> to, int number)
    {
        for (var i = to.Length - 1; i >= 0; i--, number /= 10)
        {
            to[i] = (char)('0' + (number % 10));
        }
    }
}
