using Weir.Forwarding.Slots;
using Weir.Policies.Balancing;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace Weir.Policies.Tests.Balancing;

public class PanicThresholdTests
{
    private static readonly HealthCheckConfig Checked = new() { Active = new() { Enabled = true }, Passive = new() { Enabled = true } };

    [Theory]
    [InlineData(10, 0, 0.5, 10)]
    [InlineData(10, 5, 0.5, 5)]
    [InlineData(10, 6, 0.5, 10)]
    [InlineData(10, 10, 0.5, 10)]
    [InlineData(10, 9, 0.0, 1)]
    [InlineData(10, 1, 1.0, 10)]
    public void Below_the_threshold_all_are_used(int servers, int sick, double threshold, int used)
    {
        using var farm = new TestFarm([.. Enumerable.Repeat(5, servers)], health: Checked, options: o => o.PanicThreshold = threshold);
        MakeSick(farm, sick);
        Assert.Equal(used, Available(farm).Count);
    }

    [Fact]
    public void Servers_taken_out_by_hand_do_not_bring_on_a_panic()
    {
        using var farm = new TestFarm([5, 5, 5, 5], health: Checked);
        MakeSick(farm, 3);
        farm.Server(0).Mode = ServerMode.Maintenance;
        farm.Server(1).Mode = ServerMode.Drain;
        // One of the two in use is healthy: half, which is not below half.
        Assert.Equal("d3", Assert.Single(Available(farm)).DestinationId);
    }

    [Fact]
    public void Without_health_checks_all_are_used()
    {
        using var farm = new TestFarm([5, 5, 5]);
        MakeSick(farm, 1);
        Assert.Equal(3, Available(farm).Count);
    }

    [Fact]
    public void A_cluster_may_have_its_own_threshold()
    {
        using var farm = new TestFarm([5, 5, 5, 5], health: Checked, options: o => o.Clusters["SHOP"] = new() { PanicThreshold = 0.2 });
        MakeSick(farm, 3);
        Assert.Single(Available(farm));
    }

    [Fact]
    public void Entering_a_panic_is_counted_once()
    {
        using var farm = new TestFarm([5, 5], health: Checked);
        using var seen = new CounterProbe(farm, "weir.balancing.panics");
        MakeSick(farm, 2);
        Available(farm);
        Available(farm);
        Assert.Equal(["cluster=shop"], seen.Tags);
        farm.Cluster.DestinationsState.AllDestinations[0].Health.Active = DestinationHealth.Healthy;
        farm.Cluster.DestinationsState.AllDestinations[0].Health.Passive = DestinationHealth.Healthy;
        Available(farm);
        MakeSick(farm, 2);
        Available(farm);
        Assert.Equal(2, seen.Tags.Count);
    }

    private static IReadOnlyList<DestinationState> Available(TestFarm farm) =>
        farm.Get<IEnumerable<IAvailableDestinationsPolicy>>().Single(p => p.Name == PolicyNames.PanicThreshold)
            .GetAvailalableDestinations(farm.Cluster.Model.Config, farm.Cluster.DestinationsState.AllDestinations);

    private static void MakeSick(TestFarm farm, int servers)
    {
        for (var i = 0; i < servers; i++)
        {
            var health = farm.Cluster.DestinationsState.AllDestinations[i].Health;
            if (i % 2 == 0)
                health.Active = DestinationHealth.Unhealthy;
            else
                health.Passive = DestinationHealth.Unhealthy;
        }
    }
}
