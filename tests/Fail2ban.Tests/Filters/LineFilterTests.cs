using System.Net;
using Weir.Fail2ban.Filters;

namespace Weir.Fail2ban.Tests.Filters;

public class LineFilterTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_match_names_address_time_and_expression()
    {
        LineFilter filter = Of("^ bad <HOST>$", "^ worse <HOST>$");
        LineVerdict verdict = filter.Judge("2026-11-25 10:00:00 worse 192.0.2.1", Now);
        Assert.Equal(new LineVerdict(LineVerdictKind.Matched, IPAddress.Parse("192.0.2.1"), "192.0.2.1", Now.AddHours(-2), 1), verdict);
        Assert.Equal(new LineVerdict(LineVerdictKind.Missed, null, null, Now.AddHours(-2), -1), filter.Judge("2026-11-25 10:00:00 good 192.0.2.1", Now));
    }

    [Fact]
    public void A_name_of_a_host_has_no_address()
    {
        LineVerdict verdict = Of("bad <HOST>$").Judge("bad host.example.org", Now);
        Assert.Equal((LineVerdictKind.Matched, null, "host.example.org"), (verdict.Kind, verdict.Address, verdict.Host));
    }

    [Fact]
    public void A_line_without_a_date_has_that_of_the_line_before_for_a_minute_and_else_the_time_of_arrival()
    {
        LineFilter filter = Of("bad <HOST>$");
        Assert.Equal(Now, filter.Judge("bad 192.0.2.1", Now).Time);
        filter.Judge("2026-11-25 11:59:30 x", Now);
        Assert.Equal(Now.AddSeconds(-30), filter.Judge("bad 192.0.2.1", Now).Time);
        Assert.Equal(Now.AddMinutes(2), filter.Judge("bad 192.0.2.1", Now.AddMinutes(2)).Time);
    }

    [Fact]
    public void Dates_without_a_zone_are_in_that_of_the_filter_and_follow_its_summer_time()
    {
        TimeZoneInfo zone = TimeZoneInfo.CreateCustomTimeZone("x", TimeSpan.FromHours(2), "x", "x");
        var filter = new LineFilter(new FilterDefinition { Name = "t", FailRegex = ["<HOST>$"] }, zone);
        Assert.Equal(Now.AddHours(-4), filter.Judge("2026-11-25 10:00:00 192.0.2.1", Now).Time);
        Assert.Equal(Now.AddHours(-2), filter.Judge("2026-11-25 10:00:00Z 192.0.2.1", Now).Time);
    }

    [Fact]
    public void A_date_without_a_year_is_of_this_year_or_of_the_last()
    {
        LineFilter filter = Of("<HOST>$");
        Assert.Equal(2026, filter.Judge("Nov 26 11:00:00 192.0.2.1", Now).Time.Year);
        Assert.Equal(2025, filter.Judge("Nov 27 11:00:00 192.0.2.1", Now).Time.Year);
    }

    [Fact]
    public void What_ignoreregex_matches_is_ignored()
    {
        var filter = new LineFilter(new FilterDefinition { Name = "t", FailRegex = ["bad <HOST>"], IgnoreRegex = ["127\\.", "^ok"] }, TimeZoneInfo.Utc);
        Assert.Equal(LineVerdictKind.Ignored, filter.Judge("bad 127.0.0.1", Now).Kind);
        Assert.Equal(LineVerdictKind.Matched, filter.Judge("bad 192.0.2.1", Now).Kind);
        Assert.Equal(LineVerdictKind.Missed, filter.Judge("ok", Now).Kind);
    }

    [Fact]
    public void An_expression_without_end_is_given_up_and_counted()
    {
        LineFilter filter = Of("^(a|aa|[a-z])+$ <HOST>");
        Assert.Equal(LineVerdictKind.Missed, filter.Judge(new string('a', 200) + " 192.0.2.1", Now).Kind);
        Assert.Equal(1, filter.TimedOut);
        Assert.Equal(LineVerdictKind.Missed, filter.Judge("x", Now).Kind);
        Assert.Equal(1, filter.TimedOut);
    }

    [Fact]
    public void One_slow_expression_does_not_hide_a_line_from_the_others()
    {
        const string slow = "^(a|aa|[a-z])+$ <HOST>";
        string begin = new('a', 200);
        var filter = new LineFilter(new FilterDefinition { Name = "t", FailRegex = [slow, "bad <HOST>"], IgnoreRegex = ["^(a|aa|[a-z])+$ x", "fine"] }, TimeZoneInfo.Utc);
        LineVerdict verdict = filter.Judge(begin + " bad 192.0.2.1", Now);
        Assert.Equal((LineVerdictKind.Matched, 1, true), (verdict.Kind, verdict.Expression, verdict.TimedOut));
        verdict = filter.Judge(begin + " fine bad 192.0.2.1", Now);
        Assert.Equal((LineVerdictKind.Ignored, true), (verdict.Kind, verdict.TimedOut));
        Assert.Equal(2, filter.TimedOut);
        Assert.False(filter.Judge("bad 192.0.2.1", Now).TimedOut);
    }

    [Fact]
    public void A_line_that_three_expressions_are_slow_on_is_given_up()
    {
        const string slow = "^(a|aa|[a-z])+$ <HOST>";
        string line = new string('a', 200) + " bad 192.0.2.1";
        var three = new LineFilter(new FilterDefinition { Name = "t", FailRegex = [slow, slow + " ", slow + "  ", "bad <HOST>"] }, TimeZoneInfo.Utc);
        Assert.Equal((LineVerdictKind.Missed, true), (three.Judge(line, Now).Kind, three.TimedOut == 1));
        // Given up with an ignoreregex not asked: nobody is punished.
        var ignored = new LineFilter(new FilterDefinition { Name = "t", FailRegex = ["bad <HOST>"], IgnoreRegex = ["^(a|aa|[a-z])+$ x", "^(a|aa|[a-z])+$ y", "^(a|aa|[a-z])+$ z", "bad"] }, TimeZoneInfo.Utc);
        Assert.Equal(LineVerdictKind.Missed, ignored.Judge(line, Now).Kind);
    }

    [Fact]
    public void Of_a_long_line_the_rest_is_not_looked_at()
    {
        LineFilter filter = Of("bad <HOST>");
        Assert.Equal(LineVerdictKind.Missed, filter.Judge(new string(' ', 16_384) + "bad 192.0.2.1", Now).Kind);
        Assert.Equal("192.0.2.1", filter.Judge("bad 192.0.2.1" + new string(' ', 20_000), Now).Host);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("2001:DB8::1", "2001:db8::1")]
    [InlineData("010.0.0.1", null)]
    [InlineData("256.0.0.1", null)]
    [InlineData("1.2.3", null)]
    [InlineData("1.2.3.4.5", null)]
    [InlineData("fe80::1%eth0", null)]
    [InlineData("host", null)]
    [InlineData("", null)]
    public void Text_is_an_address_as_inet_pton_takes_it(string text, string? address) => Assert.Equal(address, HostText.Parse(text)?.ToString());

    [Fact]
    public void What_cannot_be_compiled_names_filter_and_expression()
    {
        FormatException fault = Assert.Throws<FormatException>(() => Of("<HOST> (?P=none)"));
        Assert.Equal("Filter t: failregex \"<HOST> (?P=none)\" refers to group \"none\", which is not there.", fault.Message);
        Assert.Contains("is empty", Assert.Throws<FormatException>(() => Of(" ")).Message, StringComparison.Ordinal);
    }

    private static LineFilter Of(params string[] expressions) => new(new FilterDefinition { Name = "t", FailRegex = expressions }, TimeZoneInfo.Utc);
}
