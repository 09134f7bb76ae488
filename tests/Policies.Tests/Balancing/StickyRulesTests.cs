using Microsoft.AspNetCore.Http;
using Weir.Forwarding.Admission;
using Weir.Forwarding.Slots;
using Weir.Policies.Balancing;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.SessionAffinity;

namespace Weir.Policies.Tests.Balancing;

public class StickyRulesTests
{
    public static TheoryData<string> AffinityPolicies => ["", "HashCookie", "ArrCookie", "Cookie", "CustomHeader"];

    [Theory]
    [MemberData(nameof(AffinityPolicies))]
    public void A_repinned_session_gets_a_key_for_the_server_that_answers(string affinity)
    {
        using var farm = Farm(affinity: affinity);
        var first = Request(farm, key: null);
        var key = Answer(farm, first, 0);
        Assert.NotNull(key);

        var second = Request(farm, key);
        var rules = farm.Get<IStickyRules>();
        Assert.Equal("d0", rules.PinnedTo(second)?.DestinationId);
        Assert.Null(Answer(farm, second, 0));

        var third = Request(farm, key);
        rules.Repin(third);
        Assert.Null(rules.PinnedTo(third));
        Assert.Equal(3, third.GetReverseProxyFeature().AvailableDestinations.Count);
        var moved = Answer(farm, third, 2);
        Assert.NotNull(moved);
        Assert.Equal("d2", rules.PinnedTo(Request(farm, moved))?.DestinationId);
    }

    [Fact]
    public void Repinning_twice_or_without_a_pin_writes_one_key_and_counts_once()
    {
        using var farm = Farm();
        using var seen = new CounterProbe(farm, "weir.balancing.repins");
        var rules = farm.Get<IStickyRules>();
        var unpinned = Request(farm, key: null);
        rules.Repin(unpinned);
        var key = Answer(farm, unpinned, 1);
        Assert.Empty(seen.Tags);

        farm.Occupy(1, 2);
        var pinned = Request(farm, key);
        rules.Repin(pinned);
        rules.Repin(pinned);
        Assert.NotNull(Answer(farm, pinned, 0));
        Assert.Single(pinned.Response.Headers.SetCookie);
        Assert.Equal(["reason=full"], seen.Tags);
    }

    [Fact]
    public void Other_entries_of_the_request_survive_a_repin()
    {
        using var farm = Farm();
        var context = Request(farm, Answer(farm, Request(farm, key: null), 0));
        context.Items["ours"] = 1;
        farm.Get<IStickyRules>().Repin(context);
        Assert.Equal(1, context.Items["ours"]);
    }

    [Theory]
    [InlineData(StickyWhenFull.Wait, StickyVerdict.Wait)]
    [InlineData(StickyWhenFull.Repin, StickyVerdict.Repin)]
    public void A_full_server_makes_its_sessions_wait_or_move_as_set(StickyWhenFull setting, StickyVerdict expected)
    {
        using var farm = Farm(o => o.StickyWhenFull = setting);
        Assert.Equal(StickyVerdict.Use, Judge(farm));
        farm.Occupy(0, 2);
        Assert.Equal(expected, Judge(farm));
    }

    [Fact]
    public void By_default_a_session_waits_for_its_server_and_a_cluster_may_say_otherwise()
    {
        using var standard = Farm();
        standard.Occupy(0, 2);
        Assert.Equal(StickyVerdict.Wait, Judge(standard));
        using var own = Farm(o => o.Clusters["shop"] = new() { StickyWhenFull = StickyWhenFull.Repin });
        own.Occupy(0, 2);
        Assert.Equal(StickyVerdict.Repin, Judge(own));
    }

    [Fact]
    public void A_draining_server_serves_its_sessions_and_gets_no_new_ones()
    {
        using var farm = Farm();
        farm.Server(0).Mode = ServerMode.Drain;
        Assert.Equal(StickyVerdict.Use, Judge(farm));
        Assert.Equal(0, farm.Count(farm.Policy(PolicyNames.FreeSlots), 100)[0]);
    }

    [Theory]
    [InlineData(null, StickyVerdict.Repin)]
    [InlineData("Redistribute", StickyVerdict.Repin)]
    [InlineData("Return503Error", StickyVerdict.Refuse)]
    public void A_server_that_takes_nothing_loses_its_sessions_unless_the_failure_policy_forbids(string? failure, StickyVerdict expected)
    {
        using var farm = Farm(failure: failure);
        farm.Server(0).Mode = ServerMode.Maintenance;
        Assert.Equal(expected, Judge(farm));
        farm.Server(0).Mode = ServerMode.Ready;
        Assert.True(farm.Server(0).Health.TryEject());
        Assert.Equal(expected, Judge(farm));
    }

    [Fact]
    public void A_cluster_without_affinity_pins_nothing()
    {
        using var farm = new TestFarm([2, 2]);
        var context = Request(farm, key: null);
        context.GetReverseProxyFeature().AvailableDestinations = farm.Cluster.DestinationsState.AllDestinations[0];
        Assert.Null(farm.Get<IStickyRules>().PinnedTo(context));
        farm.Get<IStickyRules>().Repin(context);
    }

    [Fact]
    public void Judging_allocates_nothing()
    {
        using var farm = Farm();
        farm.Occupy(0, 2);
        Judge(farm);
        var rules = farm.Get<IStickyRules>();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            rules.Judge(farm.Cluster, farm.Server(0));
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static StickyVerdict Judge(TestFarm farm) => farm.Get<IStickyRules>().Judge(farm.Cluster, farm.Server(0));

    private static TestFarm Farm(Action<BalancingOptions>? options = null, string? failure = null, string? affinity = null) =>
        new([2, 2, 2], options: options, affinity: new SessionAffinityConfig
        {
            Enabled = true,
            Policy = affinity,
            FailurePolicy = failure,
            AffinityKeyName = "Pin",
        });

    /// <summary>A request that has been through YARP's affinity.</summary>
    private static DefaultHttpContext Request(TestFarm farm, string? key)
    {
        var context = new DefaultHttpContext();
        if (key is not null)
        {
            context.Request.Headers.Cookie = "Pin=" + key;
            context.Request.Headers["Pin"] = key;
        }

        var available = farm.Cluster.DestinationsState.AvailableDestinations;
        var feature = new ReverseProxyFeature
        {
            Route = new RouteModel(new RouteConfig { RouteId = "r" }, farm.Cluster, HttpTransformer.Empty),
            Cluster = farm.Cluster.Model,
            AllDestinations = available,
            AvailableDestinations = available,
        };
        context.Features.Set<IReverseProxyFeature>(feature);
        if (farm.Cluster.Model.Config.SessionAffinity is { } config)
        {
            var found = Affinity(farm).FindAffinitizedDestinations(context, farm.Cluster, config, available);
            Assert.Equal(key is null ? AffinityStatus.AffinityKeyNotSet : AffinityStatus.OK, found.Status);
            if (found.Status == AffinityStatus.OK)
                feature.AvailableDestinations = found.Destinations!;
        }

        return context;
    }

    /// <summary>YARP's part of the response; the key that it pinned the session with, if it did.</summary>
    private static string? Answer(TestFarm farm, DefaultHttpContext context, int server)
    {
        Affinity(farm).AffinitizeResponse(
            context, farm.Cluster, farm.Cluster.Model.Config.SessionAffinity!, farm.Cluster.DestinationsState.AllDestinations[server]);
        var cookie = context.Response.Headers.SetCookie.ToString();
        return cookie.Length > 0 ? cookie["Pin=".Length..].Split(';')[0]
            : context.Response.Headers.TryGetValue("Pin", out var header) ? header.ToString()
            : null;
    }

    private static ISessionAffinityPolicy Affinity(TestFarm farm) =>
        farm.Get<IEnumerable<ISessionAffinityPolicy>>()
            .Single(p => p.Name == (farm.Cluster.Model.Config.SessionAffinity!.Policy is { Length: > 0 } name ? name : "HashCookie"));
}
