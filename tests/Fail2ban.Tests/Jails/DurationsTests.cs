using Weir.Fail2ban.Jails;

namespace Weir.Fail2ban.Tests.Jails;

public class DurationsTests
{
    [Theory]
    [InlineData("600", 600)]
    [InlineData("-1", -1)]
    [InlineData("10m", 600)]
    [InlineData("1w", 604_800)]
    [InlineData("1d 12h", 129_600)]
    [InlineData("1d12h", 129_600)]
    [InlineData("1hour+30min", 5400)]
    [InlineData("0d 1h 30m", 5400)]
    [InlineData("1year-6mo", 15_778_800)]
    [InlineData("6 months", 15_778_800)]
    [InlineData("2 weeks 3days", 1_468_800)]
    [InlineData("1.5h", 5400)]
    [InlineData("2*(3m+4s)", 368)]
    [InlineData("5 Minutes", 300)]
    [InlineData("30ss", 30)]
    public void A_time_is_read_in_seconds(string text, double seconds) => Assert.Equal(seconds, Durations.Seconds(text));

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("10x")]
    [InlineData("1/0")]
    [InlineData("((1)")]
    [InlineData("1 +")]
    [InlineData("__import__('os')")]
    public void What_is_no_time_is_none(string text) => Assert.Null(Durations.Seconds(text));

    [Fact]
    public void Brackets_without_end_are_no_time()
    {
        Assert.Null(Durations.Calculate(new string('(', 500)));
        Assert.Null(Durations.Calculate(new string('-', 500) + "1"));
        Assert.Null(Durations.Seconds(new string('1', 201)));
    }
}
