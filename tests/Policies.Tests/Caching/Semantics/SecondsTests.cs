using System.Globalization;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Weir.Policies.Caching.Semantics;

namespace Weir.Policies.Tests.Caching.Semantics;

public sealed class SecondsTests
{
    [Theory]
    [Trait("Checklist", "3")]
    [InlineData("0", 0)]
    [InlineData("003600", 3600)]
    [InlineData("2147483647", 2147483647)]
    [InlineData("2147483648", 2147483648)]
    [InlineData("2147483649", 2147483648)]
    [InlineData("99999999999999999999999999", 2147483648)]
    [InlineData("00000000000000000000000000000007", 7)]
    [InlineData("", -1)]
    [InlineData("-1", -1)]
    [InlineData("+1", -1)]
    [InlineData("1.0", -1)]
    [InlineData("1a", -1)]
    [InlineData("a1", -1)]
    [InlineData("'1'", -1)]
    [InlineData(" 1", -1)]
    [InlineData("\u0661", -1)]
    public void Seconds_are_digits_only_and_saturate(string text, long seconds) => Assert.Equal(seconds, DeltaSeconds.Parse(text));

    [Fact]
    [Trait("Checklist", "3")]
    public void Seconds_agree_with_numbers_of_any_size() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonEmptyString>(), text =>
        {
            var expected = text.Get.All(char.IsAsciiDigit) ? (long)BigInteger.Min(BigInteger.Parse(text.Get, CultureInfo.InvariantCulture), DeltaSeconds.Max) : -1;
            Assert.Equal(expected, DeltaSeconds.Parse(text.Get));
        }).QuickCheckThrowOnFailure();

    [Theory]
    [Trait("Checklist", "6")]
    [InlineData("7200", 7200)]
    [InlineData("7200, 0", 7200)]
    [InlineData("0, 7200", 0)]
    [InlineData(" 60 , x", 60)]
    [InlineData("abc", 0)]
    [InlineData("-7200", 0)]
    [InlineData("7200.0", 0)]
    [InlineData("\"7200\"", 0)]
    [InlineData("7200;a=b", 0)]
    [InlineData(", 7200", 0)]
    [InlineData("", 0)]
    [InlineData("2147483648", 2147483648)]
    [InlineData("99999999999", 2147483648)]
    public void Age_is_the_first_member(string value, long seconds) => Assert.Equal(seconds, AgeField.Parse(Heads.Of("Age: " + value)));

    [Fact]
    [Trait("Checklist", "6")]
    public void Age_is_taken_from_the_first_line()
    {
        Assert.Equal(7200, AgeField.Parse(Heads.Of("age: 7200", "Age: 0")));
        Assert.Equal(0, AgeField.Parse(Heads.Of("Age: 0", "Age: 7200")));
        Assert.Equal(0, AgeField.Parse([]));
    }

    [Theory]
    [Trait("Checklist", "5")]
    [InlineData(0, "0")]
    [InlineData(999, "0")]
    [InlineData(1999, "1")]
    [InlineData(-5, "0")]
    [InlineData(long.MaxValue, "2147483648")]
    public void Age_is_said_in_whole_seconds_rounded_down(long age, string text) => Assert.Equal(text, AgeField.Format(age));
}
