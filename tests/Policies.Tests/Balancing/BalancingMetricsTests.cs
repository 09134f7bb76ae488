using Weir.Policies.Balancing;

namespace Weir.Policies.Tests.Balancing;

public class BalancingMetricsTests
{
    [Fact]
    public void Picks_are_counted_by_policy_and_outcome()
    {
        using var farm = new TestFarm([1, 1]);
        using var seen = new CounterProbe(farm, "weir.balancing.picks");
        var policy = farm.Policy(PolicyNames.WeightedRoundRobin);
        for (var i = 0; i < 3; i++)
            farm.Take(policy);
        Assert.Equal(
            [
                "policy=WeightedRoundRobin,outcome=server",
                "policy=WeightedRoundRobin,outcome=server",
                "policy=WeightedRoundRobin,outcome=none",
            ],
            seen.Tags);
    }

    [Fact]
    public void A_key_that_leaves_its_server_is_counted()
    {
        using var farm = new TestFarm([1, 1]);
        using var seen = new CounterProbe(farm, "weir.balancing.hash.spills");
        var policy = farm.Policy(PolicyNames.ConsistentHash);
        farm.Take(policy, TestFarm.From(1));
        Assert.Empty(seen.Tags);
        farm.Take(policy, TestFarm.From(1));
        Assert.Single(seen.Tags);
    }
}
