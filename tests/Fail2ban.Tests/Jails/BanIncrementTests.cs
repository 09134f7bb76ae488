using Weir.Fail2ban.Jails;

namespace Weir.Fail2ban.Tests.Jails;

public class BanIncrementTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(0, 60)]
    [InlineData(1, 120)]
    [InlineData(2, 240)]
    [InlineData(20, 60 * 1_048_576)]
    [InlineData(1000, 60 * 1_048_576)]
    public void Bans_double_up_to_the_twentieth(int earlier, double seconds) =>
        Assert.Equal(seconds, new BanIncrement { Enabled = true }.Next(Minute, earlier, 0).TotalSeconds);

    [Theory]
    [InlineData(0, 60)]
    [InlineData(1, 300)]
    [InlineData(2, 1800)]
    [InlineData(9, 1800)]
    public void Multipliers_take_the_place_of_doubling_and_the_last_one_stays(int earlier, double seconds) =>
        Assert.Equal(seconds, new BanIncrement { Enabled = true, Multipliers = [1, 5, 30] }.Next(Minute, earlier, 0).TotalSeconds);

    [Fact]
    public void Factor_longest_time_and_random_part_are_applied_in_this_order()
    {
        var increment = new BanIncrement { Enabled = true, Factor = 2, MaxTime = TimeSpan.FromMinutes(10), RandomTime = TimeSpan.FromSeconds(30) };
        Assert.Equal(240 + 15, increment.Next(Minute, 1, 0.5).TotalSeconds);
        Assert.Equal(600 + 30, increment.Next(Minute, 5, 1).TotalSeconds);
        Assert.Equal(Minute, increment.Next(Minute, 0, 1));
        Assert.Equal(Minute, (increment with { Enabled = false }).Next(Minute, 3, 1));
    }

    [Fact]
    public void A_ban_is_never_shorter_than_the_ban_time_nor_longer_than_a_time_can_be()
    {
        Assert.Equal(Minute, new BanIncrement { Enabled = true, Factor = 0.01 }.Next(Minute, 1, 0));
        Assert.InRange(new BanIncrement { Enabled = true, Factor = 1e9 }.Next(TimeSpan.FromDays(300), 20, 1).TotalDays, 365_000, 366_000);
    }
}
