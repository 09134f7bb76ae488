using System.Diagnostics;
using System.Net;
using Weir.Policies.Contracts;
using Weir.Support;

namespace Weir.Policies.Tests.State;

/// <summary>Two gateways and a real Redis.</summary>
public sealed class SharedBansTests
{
    [Fact]
    public async Task A_ban_and_its_lift_reach_the_other_gateway_as_they_are()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await TestReplica.StartAsync(redis.Url);
        await using var b = await TestReplica.StartAsync(redis.Url);
        // Subscribed on both sides: a first ban has arrived.
        await InStepAsync(a, b);
        var ban = Waiting.Ban("192.0.2.7/32", ago: TimeSpan.FromSeconds(5));
        var clock = Stopwatch.StartNew();

        a.Bans.Add(ban);
        await Waiting.UntilAsync(() => b.IsBanned("192.0.2.7/32"), "banned on the other");
        TestContext.Current.SendDiagnosticMessage("A ban took {0} ms", clock.ElapsedMilliseconds);

        var arrived = b.Bans.Find(IPAddress.Parse("192.0.2.7"))!;
        Assert.Equal((ban.Jail, ban.Reason, ban.Count, BanOrigin.Replica, true), (arrived.Jail, arrived.Reason, arrived.Count, arrived.Origin, arrived.IsDirect));
        Assert.InRange((arrived.From - ban.From).Duration(), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.InRange((arrived.Until!.Value - ban.Until!.Value).Duration(), TimeSpan.Zero, TimeSpan.FromSeconds(10));

        b.Bans.Remove(ban.Network, BanOrigin.Operator);
        await Waiting.UntilAsync(() => !a.IsBanned("192.0.2.7/32"), "lifted on the first");
    }

    [Fact]
    public async Task A_permanent_ban_of_a_network_arrives_too()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await TestReplica.StartAsync(redis.Url, bans => bans.Add(Waiting.Ban("2001:db8::/48", forever: true, origin: BanOrigin.Operator, direct: false)));
        await using var b = await TestReplica.StartAsync(redis.Url);

        await Waiting.UntilAsync(() => b.IsBanned("2001:db8::/48"), "banned on the other");

        Assert.Null(b.Bans.List()[0].Until);
        Assert.False(b.Bans.List()[0].IsDirect);
    }

    [Fact]
    public async Task A_gateway_that_starts_later_reads_what_is_there()
    {
        await using var redis = await RedisServer.StartAsync();
        await using (var a = await TestReplica.StartAsync(redis.Url))
        {
            for (var i = 0; i < 1200; i++)
                a.Bans.Add(Waiting.Ban($"10.1.{i / 256}.{i % 256}/32"));
            await Waiting.UntilAsync(() => redis.CliAsync("HLEN", "weir:{bans}").GetAwaiter().GetResult() == "1200", "all told");
        }

        await using var b = await TestReplica.StartAsync(redis.Url);
        await Waiting.UntilAsync(() => b.Bans.Count == 1200, "all read");
    }

    [Fact]
    public async Task What_was_changed_while_Redis_was_away_is_merged_and_a_lift_is_not_undone()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await TestReplica.StartAsync(redis.Url);
        await using var b = await TestReplica.StartAsync(redis.Url);
        await InStepAsync(a, b);
        a.Bans.Add(Waiting.Ban("192.0.2.1/32"));
        await Waiting.UntilAsync(() => b.IsBanned("192.0.2.1/32"), "on both");
        await redis.KillAsync();
        await Waiting.UntilAsync(() => !a.State.IsConnected && !b.State.IsConnected, "apart");

        a.Bans.Add(Waiting.Ban("192.0.2.2/32"));
        b.Bans.Add(Waiting.Ban("192.0.2.3/32"));
        // Still banned at b, which will offer it when Redis is back, and empty.
        a.Bans.Remove(IPNetwork.Parse("192.0.2.1/32"), BanOrigin.Operator);
        await redis.RestartAsync();

        await Waiting.UntilAsync(() => b.IsBanned("192.0.2.2/32") && a.IsBanned("192.0.2.3/32"), "merged");
        await Waiting.UntilAsync(() => !a.IsBanned("192.0.2.1/32") && !b.IsBanned("192.0.2.1/32"), "lifted");
        await Task.Delay(500);
        Assert.False(a.IsBanned("192.0.2.1/32") || b.IsBanned("192.0.2.1/32"));
    }

    [Fact]
    public async Task A_stale_gateway_does_not_bring_a_lifted_ban_back()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await TestReplica.StartAsync(redis.Url);
        a.Bans.Add(Waiting.Ban("192.0.2.1/32", ago: TimeSpan.FromMinutes(1)));
        a.Bans.Remove(IPNetwork.Parse("192.0.2.1/32"), BanOrigin.Operator);
        await Waiting.UntilAsync(() => redis.CliAsync("HGET", "weir:{bans}", "192.0.2.1/32").GetAwaiter().GetResult().Contains(" 0 ", StringComparison.Ordinal), "remembered");

        // Its file has the ban still.
        await using var b = await TestReplica.StartAsync(redis.Url, bans => bans.Add(Waiting.Ban("192.0.2.1/32", ago: TimeSpan.FromMinutes(2))));

        await Waiting.UntilAsync(() => !b.IsBanned("192.0.2.1/32"), "lifted there too");
        Assert.False(a.IsBanned("192.0.2.1/32"));

        // Banned again afterwards: that counts.
        b.Bans.Add(Waiting.Ban("192.0.2.1/32"));
        await Waiting.UntilAsync(() => a.IsBanned("192.0.2.1/32"), "banned anew");
    }

    [Fact]
    public async Task Of_two_bans_of_one_network_the_later_end_stays()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await TestReplica.StartAsync(redis.Url, bans => bans.Add(Waiting.Ban("192.0.2.1/32", until: TimeSpan.FromHours(9))));
        await Waiting.UntilAsync(() => redis.CliAsync("HLEN", "weir:{bans}").GetAwaiter().GetResult() == "1", "told");
        await using var b = await TestReplica.StartAsync(redis.Url, bans => bans.Add(Waiting.Ban("192.0.2.1/32", until: TimeSpan.FromHours(1))));

        await Waiting.UntilAsync(() => b.Bans.List()[0].Until > DateTimeOffset.UtcNow.AddHours(8), "extended");
        Assert.True(a.Bans.List()[0].Until > DateTimeOffset.UtcNow.AddHours(8));
    }

    [Fact]
    public async Task Entries_and_messages_that_make_no_sense_are_counted_and_left_out()
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.CliAsync("HSET", "weir:{bans}", "0.0.0.0/0", "1 1 -1 {\"jail\":\"x\",\"reason\":\"\",\"count\":1,\"direct\":true}", "192.0.2.9/32", "garbage");
        await using var a = await TestReplica.StartAsync(redis.Url, bans => bans.Add(Waiting.Ban("192.0.2.1/32")));
        await Waiting.UntilAsync(() => redis.CliAsync("HLEN", "weir:{bans}").GetAwaiter().GetResult() == "3", "told");
        await redis.CliAsync("PUBLISH", "weir:bans", "nonsense");
        await redis.CliAsync("PUBLISH", "weir:bans", new string('x', 10_000));
        await redis.CliAsync("PUBLISH", "weir:bans", "other 1 0 60000 192.0.2.2/32 {\"jail\":\"x\",\"reason\":\"y\",\"count\":1,\"direct\":false}");

        await Waiting.UntilAsync(() => a.IsBanned("192.0.2.2/32"), "the good one");
        Assert.Equal(2, a.Bans.Count);
    }

    [Fact]
    public async Task The_list_in_Redis_is_bounded_and_what_has_ended_leaves_it()
    {
        await using var redis = await RedisServer.StartAsync();
        var options = TestReplica.Options_(redis.Url);
        options.MaxBans = 2;
        await using var a = TestReplica.New(options);
        await a.StartAsync();
        a.Bans.Add(Waiting.Ban("192.0.2.1/32", until: TimeSpan.FromSeconds(6)));
        // One after the other: a merge tells the list in no order.
        await Waiting.UntilAsync(() => redis.CliAsync("HLEN", "weir:{bans}").GetAwaiter().GetResult() == "1", "one told");
        a.Bans.Add(Waiting.Ban("192.0.2.2/32"));
        await Waiting.UntilAsync(() => redis.CliAsync("HLEN", "weir:{bans}").GetAwaiter().GetResult() == "2", "two told");
        a.Bans.Add(Waiting.Ban("192.0.2.3/32"));
        Assert.Equal("0", await redis.CliAsync("HEXISTS", "weir:{bans}", "192.0.2.3/32"));

        // Once the first has ended there is room.
        await Waiting.UntilAsync(() => a.Bans.List().All(b => b.Network.ToString() != "192.0.2.1/32" || b.Until < DateTimeOffset.UtcNow), "ended");
        await Waiting.UntilAsync(() =>
        {
            a.Bans.Add(Waiting.Ban("192.0.2.4/32", until: TimeSpan.FromHours(1) + TimeSpan.FromMilliseconds(Environment.TickCount64 % 1_000_000)));
            return redis.CliAsync("HEXISTS", "weir:{bans}", "192.0.2.4/32").GetAwaiter().GetResult() == "1";
        }, "the next one found room");
    }

    private static async Task InStepAsync(TestReplica a, TestReplica b)
    {
        a.Bans.Add(Waiting.Ban("198.51.100.1/32"));
        b.Bans.Add(Waiting.Ban("198.51.100.2/32"));
        await Waiting.UntilAsync(() => b.IsBanned("198.51.100.1/32") && a.IsBanned("198.51.100.2/32"), "in step");
    }
}
