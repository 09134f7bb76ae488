using Weir.Policies.Balancing;

namespace Weir.Policies.Tests.Balancing;

public class WeightedTests
{
    [Fact]
    public void Turns_are_exact_over_a_round_and_heavy_servers_do_not_burst()
    {
        using var farm = new TestFarm([100, 100, 100], [5, 1, 1]);
        var policy = farm.Policy(PolicyNames.WeightedRoundRobin);
        var picks = Enumerable.Range(0, 70).Select(_ => farm.Index(policy.Pick(farm.Context, farm.Members))).ToArray();
        for (var round = 0; round < 10; round++)
        {
            var of = picks[(round * 7)..((round + 1) * 7)];
            Assert.Equal([5, 1, 1], new[] { of.Count(p => p == 0), of.Count(p => p == 1), of.Count(p => p == 2) });
            Assert.NotEqual([0, 0, 0, 0, 0], of[..5]);
        }
    }

    [Fact]
    public void Equal_weights_take_turns()
    {
        using var farm = new TestFarm([9, 9, 9, 9]);
        var policy = farm.Policy(PolicyNames.WeightedRoundRobin);
        var picks = Enumerable.Range(0, 12).Select(_ => farm.Index(policy.Pick(farm.Context, farm.Members))).ToArray();
        for (var i = 0; i < 12; i++)
            Assert.Equal((picks[0] + i) % 4, picks[i]);
    }

    [Fact]
    public void Without_weights_the_limits_weigh_and_slow_start_shrinks_them()
    {
        using var farm = new TestFarm([300, 100]);
        var policy = farm.Policy(PolicyNames.WeightedRoundRobin);
        Assert.InRange(farm.Count(policy, 400)[0], 299, 301);
        farm.Server(0).StartFraction = 1.0 / 3;
        Assert.InRange(farm.Count(policy, 400)[0], 197, 203);
    }

    [Fact]
    public void Slow_start_shrinks_a_configured_weight_too()
    {
        using var farm = new TestFarm([100, 100], [10, 10]);
        farm.Server(1).StartFraction = 0.1;
        Assert.InRange(farm.Count(farm.Policy(PolicyNames.WeightedRoundRobin), 1100)[1], 95, 105);
    }

    [Fact]
    public void A_server_that_was_full_saves_up_no_turns()
    {
        using var farm = new TestFarm([.. Enumerable.Repeat(1, 12)], [.. Enumerable.Repeat((int?)10, 12)]);
        for (var i = 1; i < 12; i++)
            farm.Occupy(i, 1);
        var policy = farm.Policy(PolicyNames.WeightedRoundRobin);
        Assert.Equal(500, farm.Count(policy, 500)[0]);
        foreach (var server in farm.Members.All)
            server.Slots.SetFarmLimit(100);
        // Two rounds and the one turn that each may be early.
        Assert.All(farm.Count(policy, 240), c => Assert.InRange(c, 17, 23));
    }

    [Fact]
    public void Least_requests_weighs_what_is_in_flight()
    {
        using var farm = new TestFarm([1000, 1000], [3, 1]);
        var policy = farm.Policy(PolicyNames.WeightedLeastRequests);
        for (var i = 0; i < 400; i++)
            farm.Take(policy);
        Assert.InRange(farm.Server(0).InFlight, 299, 301);
    }

    [Fact]
    public void Least_requests_without_weights_fills_servers_by_their_limits()
    {
        using var farm = new TestFarm([150, 50]);
        var policy = farm.Policy(PolicyNames.WeightedLeastRequests);
        for (var i = 0; i < 100; i++)
            farm.Take(policy);
        Assert.InRange(farm.Server(0).InFlight, 74, 76);
    }
}
