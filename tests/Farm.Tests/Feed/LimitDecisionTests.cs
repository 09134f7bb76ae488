using Weir.Farm.Feed;
using Weir.Farm.Model;
using Weir.Farm.Readers.Node;

namespace Weir.Farm.Tests.Feed;

public sealed class LimitDecisionTests
{
    private static readonly NodeDocument Node = new() { Mpm = Mpm.Worker, MaxRequestWorkers = 200, KeepAliveTimeout = TimeSpan.FromSeconds(2) };

    [Fact]
    public void The_sources_are_asked_in_their_order_of_trust()
    {
        var options = new FarmOptions();
        var server = new FarmServerOptions { MaxRequestWorkers = 100, Model = new MemoryModelOptions { RamMb = 4096 } };
        var model = new FarmServerOptions { Model = new MemoryModelOptions { RamMb = 4096 } };

        Assert.Equal((99, LimitSource.Configured), Of(LimitDecision.Make(options, server, Node, 300, Mpm.Event, null)));
        Assert.Equal((199, LimitSource.NodeDocument), Of(LimitDecision.Make(options, model, Node, 300, Mpm.Event, null)));
        Assert.Equal((299, LimitSource.Scoreboard), Of(LimitDecision.Make(options, model, null, 300, Mpm.Event, null)));
        Assert.Equal((274, LimitSource.Model), Of(LimitDecision.Make(options, model, null, null, Mpm.Event, null)));
        Assert.Equal((149, LimitSource.Default), Of(LimitDecision.Make(options, null, null, null, null, null)));
    }

    [Fact]
    public void A_configured_limit_is_taken_as_it_stands()
    {
        var options = new FarmOptions { Gateways = 3, Reserve = 5 };
        var decision = LimitDecision.Make(options, new FarmServerOptions { Limit = 40 }, Node, 300, null, null);

        Assert.Equal((40, LimitSource.Configured), Of(decision));
        Assert.Equal(40, decision.OpenConnections);
        Assert.Equal(TimeSpan.FromSeconds(2), decision.KeepAliveTimeout);
    }

    [Theory]
    [InlineData(1, 1, 149)]
    [InlineData(2, 1, 74)]
    [InlineData(3, 10, 46)]
    [InlineData(1000, 1, 1)]
    public void Gateways_share_what_the_reserve_leaves(int gateways, int reserve, int expected) =>
        Assert.Equal(expected, LimitDecision.Make(new FarmOptions { Gateways = gateways, Reserve = reserve }, null, null, 150, Mpm.Prefork, null).Limit);

    [Fact]
    public void A_scoreboard_that_is_only_an_upper_bound_lowers_the_default() =>
        Assert.Equal(63, LimitDecision.Make(new FarmOptions(), null, null, null, null, 64).Limit);

    [Fact]
    public void On_event_nine_tenths_of_the_workers_may_be_connections() =>
        Assert.Equal(135, LimitDecision.Make(new FarmOptions(), null, null, 150, Mpm.Event, null).OpenConnections);

    private static (int Limit, LimitSource Source) Of(LimitDecision decision) => (decision.Limit, decision.Source);
}
