using Weir.Forwarding.Admission;

namespace Weir.Forwarding.Tests.Admission;

public sealed class DeadlineHeaderTests
{
    [Theory]
    [InlineData("1500", 1500)]
    [InlineData("1500ms", 1500)]
    [InlineData(" 2 s ", 2000)]
    [InlineData("1m", 60_000)]
    [InlineData("0", 0)]
    [InlineData("999999999s", 600_000)]
    public void A_number_with_or_without_unit_is_read(string text, double milliseconds)
    {
        Assert.True(DeadlineHeader.TryParse(text, out var time));
        Assert.Equal(milliseconds, time.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("-1")]
    [InlineData("+5")]
    [InlineData("1.5s")]
    [InlineData("5h")]
    [InlineData("12345678901")]
    [InlineData("0x10")]
    public void Anything_else_is_ignored(string text) => Assert.False(DeadlineHeader.TryParse(text, out _));
}
