using Weir.Policies.Balancing;

namespace Weir.Policies.Tests.Balancing;

public class FreeSlotsTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(20)]
    [InlineData(500)]
    public void Equal_free_shares_spread_evenly(int servers)
    {
        using var farm = new TestFarm([.. Enumerable.Repeat(50, servers)]);
        var counts = farm.Count(farm.Policy(PolicyNames.FreeSlots), servers * 400);
        // 400 expected, standard deviation about 20: six of them.
        Assert.All(counts, c => Assert.InRange(c, 280, 520));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_small_farm_always_gets_the_server_with_the_most_free_share(int servers)
    {
        using var farm = new TestFarm([.. Enumerable.Range(1, servers).Select(i => i * 100)]);
        // 10 of 100 used is worse than 15 of 200.
        farm.Occupy(0, 10);
        for (var i = 1; i < servers; i++)
            farm.Occupy(i, 15 * i);
        var counts = farm.Count(farm.Policy(PolicyNames.FreeSlots), 300);
        Assert.Equal(0, counts[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(80)]
    public void Servers_of_different_size_fill_in_step(int times)
    {
        int[] limits = [.. Enumerable.Repeat(new[] { 10, 100, 400, 50, 40, 200 }, times).SelectMany(l => l)];
        using var farm = new TestFarm(limits);
        var policy = farm.Policy(PolicyNames.FreeSlots);
        for (var i = 0; i < limits.Sum() / 2; i++)
            farm.Take(policy);
        // Half of all slots are in use: every size of server is, on average, half full.
        Assert.All(
            farm.Members.All.GroupBy(m => m.Slots.Limit),
            size => Assert.InRange(size.Average(m => (double)m.Slots.InFlight / m.Slots.Limit), 0.4, 0.6));
    }

    [Fact]
    public void The_one_free_server_of_500_is_found()
    {
        using var farm = new TestFarm([.. Enumerable.Repeat(1, 500)]);
        for (var i = 0; i < 500; i++)
        {
            if (i != 321)
                farm.Occupy(i, 1);
        }

        Assert.Equal(100, farm.Count(farm.Policy(PolicyNames.FreeSlots), 100)[321]);
    }

    [Fact]
    public void A_server_in_slow_start_gets_its_open_part_only()
    {
        using var farm = new TestFarm([100, 100]);
        farm.Server(1).StartFraction = 0.1;
        var policy = farm.Policy(PolicyNames.FreeSlots);
        for (var i = 0; i < 55; i++)
            farm.Take(policy);
        Assert.InRange(farm.Server(1).InFlight, 4, 6);
    }
}
