using System.Globalization;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Weir.Policies.Caching.Semantics;

namespace Weir.Policies.Tests.Caching.Semantics;

public sealed partial class HttpDateTests
{
    private static readonly string[] LongDays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

    [Theory]
    [Trait("Checklist", "13")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT")]
    [InlineData("Sun Nov  6 08:49:37 1994")]
    [InlineData("sun, 06 nov 1994 08:49:37 gmt")]
    [InlineData("SUN, 06 NOV 1994 08:49:37 GMT")]
    [InlineData("sUNDAY, 06-nOV-94 08:49:37 Gmt")]
    [InlineData("SUN NOV  6 08:49:37 1994")]
    [InlineData("Sun Nov 06 08:49:37 1994")]
    [InlineData("Mon, 06 Nov 1994 08:49:37 GMT")]
    public void The_three_forms_are_one_time(string text) => Assert.Equal(Heads.Now, Parse(text));

    [Theory]
    [Trait("Checklist", "13")]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 UTC")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 AEST")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 EST")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 +0000")]
    [InlineData("Sun, 06 Nov 1994 08:49:37")]
    [InlineData("Sun 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun,  06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 06  Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 Nov 1994  08:49:37 GMT")]
    [InlineData("Sun, 06-Nov-1994 08:49:37 GMT")]
    [InlineData("Sunday, 06-Nov-1994 08:49:37 GMT")]
    [InlineData("Sunday, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 06-Nov-94 08:49:37 GMT")]
    [InlineData("Sun, 06 Nov 1994 08.49.37 GMT")]
    [InlineData("Sun, 06 Nov 1994 8:49:37 GMT")]
    [InlineData("Sun, 6 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 Nov 94 08:49:37 GMT")]
    [InlineData("Sun, 31 Jun 1994 08:49:37 GMT")]
    [InlineData("Sun, 29 Feb 1994 08:49:37 GMT")]
    [InlineData("Sun, 00 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 Nov 1994 24:00:00 GMT")]
    [InlineData("Sun, 06 Nov 1994 08:60:37 GMT")]
    [InlineData("Sun, 06 Nov 1994 08:49:60 GMT")]
    [InlineData("Son, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 Okt 1994 08:49:37 GMT")]
    [InlineData(" Sun, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT ")]
    [InlineData("Sun Nov 6 08:49:37 1994")]
    [InlineData("Sun Nov  6 08:49:37 1994 GMT")]
    [InlineData("1994-11-06T08:49:37Z")]
    [InlineData("784111777")]
    public void Anything_else_is_no_date(string text) => Assert.Null(Parse(text));

    [Theory]
    [Trait("Checklist", "13")]
    [InlineData("Thu, 01 Jan 1970 00:00:00 GMT", 0)]
    [InlineData("Wed, 31 Dec 1969 23:59:59 GMT", -1000)]
    [InlineData("Tue, 19 Jan 2038 03:14:08 GMT", 2_147_483_648_000)]
    [InlineData("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799_000)]
    [InlineData("Sat, 01 Jan 0000 00:00:00 GMT", -62_167_219_200_000)]
    [InlineData("Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_800_000)]
    public void Seconds_have_64_bits(string text, long at) => Assert.Equal(at, Parse(text));

    [Theory]
    [Trait("Checklist", "13")]
    [InlineData("Sunday, 06-Nov-44 08:49:37 GMT", 2044)]
    [InlineData("Sunday, 06-Nov-44 08:49:38 GMT", 1944)]
    [InlineData("Sunday, 06-Nov-45 08:49:37 GMT", 1945)]
    [InlineData("Sunday, 06-Nov-99 08:49:37 GMT", 1999)]
    [InlineData("Sunday, 06-Nov-00 08:49:37 GMT", 2000)]
    [InlineData("Tuesday, 29-Feb-00 08:49:37 GMT", 2000)]
    public void A_year_of_two_digits_is_at_most_50_years_ahead(string text, int year) =>
        Assert.Equal(year, DateTimeOffset.FromUnixTimeMilliseconds(Parse(text)!.Value).Year);

    [Fact]
    [Trait("Checklist", "13")]
    public void Every_time_comes_back_from_each_form()
    {
        var seconds = Gen.Choose(-2_000_000_000, 2_000_000_000).Select(s => s * 29L);
        Prop.ForAll(seconds.ToArbitrary(), second =>
        {
            var time = DateTime.UnixEpoch.AddSeconds(second);
            var near = new DateTimeOffset(time).AddYears(3).ToUnixTimeMilliseconds();
            var day = LongDays[(int)time.DayOfWeek];
            var asctime = time.ToString("ddd MMM ", CultureInfo.InvariantCulture) + time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2)
                + time.ToString(" HH:mm:ss yyyy", CultureInfo.InvariantCulture);
            Assert.Equal(time.ToString("R", CultureInfo.InvariantCulture), HttpDate.Format(second * 1000));
            Assert.Equal(second * 1000, Parse(HttpDate.Format(second * 1000), near));
            Assert.Equal(second * 1000, Parse(day + time.ToString(", dd-MMM-yy HH:mm:ss", CultureInfo.InvariantCulture) + " GMT", near));
            Assert.Equal(second * 1000, Parse(asctime, near));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    [Trait("Checklist", "13")]
    public void A_changed_character_is_judged_as_the_grammar_does()
    {
        string[] seeds = ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Wednesday, 29-Feb-84 23:59:60 GMT"];
        var changed =
            from seed in Gen.Elements(seeds)
            from at in Gen.Choose(0, seed.Length - 1)
            from cut in Gen.Choose(0, 1)
            from with in Gen.Elements("", "0", "1", "3", "9", " ", "-", ":", ",", ".", "G", "n", "\u0661", "\0", "00")
            select seed[..at] + with + seed[(at + cut)..];
        Prop.ForAll(changed.ToArbitrary(), text => Assert.Equal(Model(text), Parse(text) is not null)).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    [Fact]
    public void A_fraction_of_a_second_is_dropped_and_what_no_date_can_say_is_clamped()
    {
        Assert.Equal("Sun, 06 Nov 1994 08:49:37 GMT", HttpDate.Format(Heads.Now + 999));
        Assert.Equal("Wed, 31 Dec 1969 23:59:59 GMT", HttpDate.Format(-1));
        Assert.Equal("Fri, 31 Dec 9999 23:59:59 GMT", HttpDate.Format(long.MaxValue));
        Assert.Equal("Sat, 01 Jan 0000 00:00:00 GMT", HttpDate.Format(long.MinValue));
    }

    private static long? Parse(string text, long now = Heads.Now) => HttpDate.TryParse(text, now, out var at) ? at : null;

    // An independent reading: the grammar as expressions, the calendar from the framework.
    private static bool Model(string text)
    {
        var match = Forms().Match(text);
        if (!match.Success)
        {
            return false;
        }

        int Number(string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
        var month = Array.FindIndex(CultureInfo.InvariantCulture.DateTimeFormat.AbbreviatedMonthNames, m => m.Equals(match.Groups["m"].Value, StringComparison.OrdinalIgnoreCase)) + 1;
        var years = match.Groups["y"].Length == 2 ? new[] { 1900 + Number("y"), 2000 + Number("y") } : [Number("y")];
        var (hour, minute, second) = (Number("H"), Number("M"), Number("S"));
        return hour < 24 && minute < 60 && (second < 60 || (hour == 23 && minute == 59 && second == 60))
            && years.Any(y => Number("d") >= 1 && Number("d") <= DateTime.DaysInMonth(y == 0 ? 2000 : y, month));
    }

    [GeneratedRegex(
        """
        \A(?:(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat),\ (?<d>[0-9]{2})\ (?<m>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\ (?<y>[0-9]{4})\ (?<H>[0-9]{2}):(?<M>[0-9]{2}):(?<S>[0-9]{2})\ GMT
        |(?:Sunday|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday),\ (?<d>[0-9]{2})-(?<m>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-(?<y>[0-9]{2})\ (?<H>[0-9]{2}):(?<M>[0-9]{2}):(?<S>[0-9]{2})\ GMT
        |(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat)\ (?<m>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\ (?<d>[0-9]{2}|\ [0-9])\ (?<H>[0-9]{2}):(?<M>[0-9]{2}):(?<S>[0-9]{2})\ (?<y>[0-9]{4}))\z
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Forms();
}
