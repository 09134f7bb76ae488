using FsCheck;
using FsCheck.Fluent;
using Weir.Forwarding.Slots;
using Weir.Policies.Balancing;

namespace Weir.Policies.Tests.Balancing;

public class EveryPolicyTests
{
    public static TheoryData<string> Names =>
    [
        PolicyNames.FreeSlots, PolicyNames.WeightedRoundRobin, PolicyNames.WeightedLeastRequests, PolicyNames.PeakEwma, PolicyNames.ConsistentHash,
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public void Only_a_server_with_room_is_picked_and_null_only_when_none_has_any(string name)
    {
        Prop.ForAll<PositiveInt[], int>((sizes, seed) =>
        {
            var random = new Random(seed);
            var limits = sizes.Take(40).Select(s => (s.Get % 12) + 1).ToArray();
            using var farm = new TestFarm(limits);
            for (var i = 0; i < limits.Length; i++)
            {
                farm.Occupy(i, random.Next(2) == 0 ? limits[i] : random.Next(limits[i] + 1));
                farm.Server(i).Mode = random.Next(6) == 0 ? ServerMode.Drain : ServerMode.Ready;
                if (random.Next(6) == 0)
                    Assert.True(farm.Server(i).Health.TryEject());
            }

            var policy = farm.Policy(name);
            for (var i = 0; i < 20; i++)
            {
                var picked = policy.Pick(TestFarm.From((ulong)i), farm.Members);
                if (picked is null ? farm.Members.All.Any(m => m.Slots.HasRoom) : !picked.Slots.HasRoom)
                    return false;
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void All_slots_of_the_farm_can_be_filled_and_then_nothing_is_picked(string name)
    {
        using var farm = new TestFarm([3, 1, 10, 7, 2, 20]);
        var policy = farm.Policy(name);
        for (var i = 0; i < 43; i++)
            Assert.NotEqual(-1, farm.Take(policy, TestFarm.From((ulong)i)));
        Assert.Equal(-1, farm.Take(policy));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_empty_cluster_and_a_cluster_of_one_are_served(string name)
    {
        using var none = new TestFarm([]);
        Assert.Null(none.Policy(name).Pick(none.Context, none.Members));
        using var one = new TestFarm([2]);
        Assert.Same(one.Members.All[0], one.Policy(name).Pick(one.Context, one.Members));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_pick_allocates_nothing(string name)
    {
        foreach (var servers in new[] { 1, 2, 3, 500 })
        {
            using var farm = new TestFarm([.. Enumerable.Repeat(10, servers)], hashKey: "cookie:id");
            farm.Context.Request.Headers.Cookie = "theme=dark; id=4711";
            var policy = farm.Policy(name);
            for (var i = 0; i < 2000; i++)
                policy.Pick(farm.Context, farm.Members);

            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 2000; i++)
                policy.Pick(farm.Context, farm.Members);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Concurrent_picks_that_take_slots_never_exceed_a_limit(string name)
    {
        using var farm = new TestFarm([5, 5, 5, 5, 5, 5]);
        var policy = farm.Policy(name);
        Parallel.For(0, 20_000, i =>
        {
            if (policy.Pick(TestFarm.From((ulong)i), farm.Members) is { } member && member.Slots.TryAcquire(out var slot))
            {
                Assert.InRange(member.Slots.InFlight, 1, 5);
                slot.Dispose();
            }
        });
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Yarp_itself_can_ask_and_gets_a_server_even_when_all_are_full(string name)
    {
        using var farm = new TestFarm([4, 4, 4]);
        var policy = farm.Policy(name);
        var available = farm.Cluster.DestinationsState.AvailableDestinations;
        farm.Occupy(0, 4);
        farm.Occupy(1, 4);
        Assert.Equal("d2", policy.PickDestination(farm.Context, farm.Cluster, available)?.DestinationId);
        farm.Occupy(2, 4);
        farm.Server(0).Mode = ServerMode.Maintenance;
        Assert.True(farm.Server(1).Health.TryEject());
        Assert.Equal("d2", policy.PickDestination(farm.Context, farm.Cluster, available)?.DestinationId);
        farm.Server(2).Mode = ServerMode.Drain;
        Assert.Null(policy.PickDestination(farm.Context, farm.Cluster, available));
        Assert.Null(policy.PickDestination(farm.Context, farm.Cluster, []));
    }
}
