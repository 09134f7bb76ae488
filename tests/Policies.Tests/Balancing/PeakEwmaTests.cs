using Weir.Policies.Balancing;

namespace Weir.Policies.Tests.Balancing;

public class PeakEwmaTests
{
    [Fact]
    public void The_faster_server_is_preferred_until_its_line_makes_up_for_it()
    {
        using var farm = new TestFarm([500, 500]);
        farm.Server(0).Health.Answered(TimeSpan.FromMilliseconds(10), now: 0);
        farm.Server(1).Health.Answered(TimeSpan.FromMilliseconds(40), now: 0);
        var policy = farm.Policy(PolicyNames.PeakEwma);
        for (var i = 0; i < 100; i++)
            farm.Take(policy);
        Assert.InRange(farm.Server(0).InFlight, 78, 82);
    }

    [Fact]
    public void A_slow_answer_counts_at_once_and_fades_while_no_answer_comes()
    {
        using var farm = new TestFarm([500, 500]);
        farm.Server(0).Health.Answered(TimeSpan.FromMilliseconds(20), now: 0);
        farm.Server(1).Health.Answered(TimeSpan.FromMilliseconds(20), now: 0);
        var policy = farm.Policy(PolicyNames.PeakEwma);
        farm.Count(policy, 10);
        farm.Server(1).Health.Answered(TimeSpan.FromSeconds(8), now: 0);
        Assert.Equal(0, farm.Count(policy, 100)[1]);

        // The fast one answers on, so only the slow one's estimate fades.
        for (var i = 0; i < 100; i++)
        {
            farm.Clock.Advance(TimeSpan.FromSeconds(1));
            farm.Server(0).Health.Answered(TimeSpan.FromMilliseconds(20 + (i % 2)), now: 0);
            policy.Pick(farm.Context, farm.Members);
        }

        Assert.Equal(100, farm.Count(policy, 100)[1]);
    }

    [Fact]
    public void A_server_that_never_answered_is_tried_first_but_not_flooded()
    {
        using var farm = new TestFarm([500, 500]);
        farm.Server(0).Health.Answered(TimeSpan.FromMilliseconds(10), now: 0);
        var policy = farm.Policy(PolicyNames.PeakEwma);
        Assert.Equal(1, farm.Take(policy));
        for (var i = 0; i < 50; i++)
            Assert.Equal(0, farm.Take(policy));
    }

    [Fact]
    public void Estimates_survive_a_new_snapshot_of_the_cluster()
    {
        using var farm = new TestFarm([500, 500]);
        var policy = farm.Policy(PolicyNames.PeakEwma);
        farm.Server(0).Health.Answered(TimeSpan.FromMilliseconds(10), now: 0);
        farm.Server(1).Health.Answered(TimeSpan.FromSeconds(5), now: 0);
        farm.Count(policy, 5);
        var again = new Weir.Forwarding.Slots.ClusterMembers(farm.Cluster, [.. farm.Members.Available], farm.Servers);
        Assert.Same(farm.Server(0), policy.Pick(farm.Context, again)!.Slots);
    }
}
