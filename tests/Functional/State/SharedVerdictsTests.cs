using System.Diagnostics;
using System.Text.Json.Nodes;
using Weir.Support;
using Weir.Support.Apache;

namespace Weir.Functional.State;

/// <summary>Two real gateways, a real Redis and a real Apache: what one of them decides counts at the other.</summary>
public sealed class SharedVerdictsTests
{
    [Fact]
    public async Task A_ban_made_at_one_gateway_refuses_at_the_other_and_a_lift_lets_in_again()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions());
        const string Jail = """ "Jail": { "StateFile": "", "Jails": { "scanners": { "Offences": ["Scanner"], "MaxRetry": 3, "BanTime": "01:00:00" } } } """;
        await using var one = await StartAsync(apache, redis, Jail);
        await using var two = await StartAsync(apache, redis, Jail);
        // Both listen to each other, and everything has run once.
        await Visitor.BanAsync(one, "127.0.0.40");
        await Visitor.BanAsync(two, "127.0.0.41");
        await Visitor.UntilAsync(async () => await Visitor.IsShutOutAsync(two, "127.0.0.40") && await Visitor.IsShutOutAsync(one, "127.0.0.41"), "in step");
        Assert.Equal(200, await Visitor.AskAsync(two, "127.0.0.50"));

        var times = new List<double>();
        for (var i = 50; i < 60; i++)
        {
            // From the operator's command on: its own time is in it.
            var clock = Stopwatch.StartNew();
            await Visitor.BanAsync(one, $"127.0.0.{i}");
            await Visitor.UntilAsync(() => Visitor.IsShutOutAsync(two, $"127.0.0.{i}"), "the other refuses", everyMilliseconds: 1);
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        TestContext.Current.TestOutputHelper!.WriteLine($"From a ban at one gateway to a refusal at the other: median {times[times.Count / 2]:0.0} ms, most {times[^1]:0.0} ms of {times.Count}");

        // An offence at one is no different, and a lift at the other lets in again at both.
        for (var i = 0; i < 3; i++)
            Assert.Equal(404, await Visitor.AskAsync(one, "127.0.0.60", "/.env"));
        await Visitor.UntilAsync(() => Visitor.IsShutOutAsync(two, "127.0.0.60"), "the scanner is refused by the other");
        await Visitor.LiftAsync(two, "127.0.0.60");
        await Visitor.UntilAsync(async () => await Visitor.AskAsync(one, "127.0.0.60") == 200, "let in again");
        Assert.Equal(200, await Visitor.AskAsync(two, "127.0.0.60"));
    }

    [Fact]
    public async Task A_client_that_goes_to_two_gateways_in_turn_has_the_limit_of_one()
    {
        const int Limit = 20;
        await using var redis = await RedisServer.StartAsync();
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions());
        // A long interval: a busy machine must not begin a new one. One counter per request: the site's.
        var throttle = $$""" "Throttle": { "Enabled": true, "PageCount": 0, "SiteCount": {{Limit}}, "SiteInterval": "01:00:00", "BlockingPeriod": "00:00:00", "SharedSecret": "one farm" } """;
        await using var one = await StartAsync(apache, redis, throttle);
        await using var two = await StartAsync(apache, redis, throttle);
        var visitors = 0;
        await Visitor.UntilAsync(
            async () =>
            {
                var address = $"127.0.1.{++visitors}";
                Assert.Equal((200, 200), (await Visitor.AskAsync(one, address), await Visitor.AskAsync(two, address)));
                return await HeardAsync(one) > 0 && await HeardAsync(two) > 0;
            },
            "both hear the other's counts");

        // Each request once the other gateway knows of the last: then nothing is passed twice.
        var passed = 0;
        for (var i = 0; i < 2 * Limit; i++)
        {
            var (asked, other) = i % 2 == 0 ? (one, two) : (two, one);
            var before = await HeardAsync(other);
            if (await Visitor.AskAsync(asked, "127.0.0.2") == 200)
            {
                passed++;
                await Visitor.UntilAsync(async () => await HeardAsync(other) > before, "told", everyMilliseconds: 5);
            }
        }

        Assert.Equal(Limit, passed);
        Assert.Equal((429, 429), (await Visitor.AskAsync(one, "127.0.0.2"), await Visitor.AskAsync(two, "127.0.0.2")));

        // As fast as it goes: more by what the other gateway lets through in an interval, and never more than once a gateway.
        var statuses = new List<int>();
        for (var i = 0; i < 4 * Limit; i++)
            statuses.Add(await Visitor.AskAsync(i % 2 == 0 ? one : two, "127.0.0.3"));
        var fast = statuses.Count(s => s == 200);
        TestContext.Current.TestOutputHelper!.WriteLine($"A limit of {Limit}: {passed} passed one by one, {fast} at full speed");
        Assert.InRange(fast, Limit, 2 * Limit);
        Assert.All(statuses, s => Assert.True(s is 200 or 429, $"{s}"));
    }

    private static Task<double> HeardAsync(GatewayProcess gateway) => GatewayPages.MetricAsync(gateway, "weir_state_deltas_received_total");

    private static Task<GatewayProcess> StartAsync(ApacheServer apache, RedisServer redis, string more) =>
        GatewayProcess.StartAsync(GatewayProcess.InFrontOf([apache.Url], (JsonObject)JsonNode.Parse($$"""
            {
              "State": { "Redis": { "Url": "{{redis.Url}}" } },
              "Farm": { "ColdStart": { "Enabled": false } },
              "Shutdown": { "DrainDelay": "00:00:00" },
              {{more}}
            }
            """)!));
}
