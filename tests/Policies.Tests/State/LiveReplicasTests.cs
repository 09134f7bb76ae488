using Weir.Policies.State;
using Weir.Support;

namespace Weir.Policies.Tests.State;

public sealed class LiveReplicasTests
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    [Fact]
    public void More_are_believed_at_once_and_fewer_only_a_time_out_after_the_store_came_back()
    {
        var clock = new FakeTimeProvider();
        var replicas = new LiveReplicas(clock);
        var changes = 0;
        replicas.Changed += () => changes++;
        replicas.Connected();

        Assert.Equal(1, replicas.Take(3, Grace));
        Assert.Null(replicas.Take(1, Grace));
        Assert.Equal((3, 1), (replicas.Live, changes));
        clock.Advance(Grace);
        Assert.Equal(3, replicas.Take(2, Grace));
        replicas.Connected();
        Assert.Null(replicas.Take(1, Grace));
        Assert.Equal((2, 2), (replicas.Live, changes));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-5, 1)]
    [InlineData(long.MaxValue, 1000)]
    public void A_number_that_cannot_be_is_cut(long counted, int live)
    {
        var replicas = new LiveReplicas(new FakeTimeProvider());
        replicas.Take(counted, TimeSpan.Zero);

        Assert.Equal(live, replicas.Live);
    }

    [Fact]
    public async Task Gateways_that_join_leave_and_die_are_counted()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await TestReplica.StartAsync(redis.Url);
        Assert.Equal(1, a.Live);
        await using var b = await TestReplica.StartAsync(redis.Url);
        // It counts itself and the first before it starts its work.
        Assert.Equal(2, b.Live);
        await Waiting.UntilAsync(() => a.Live == 2, "the first hears of it");
        // One that died without a word, and whose last word is old.
        await redis.CliAsync("ZADD", "weir:{replicas}", "1", "dead-1");
        await Waiting.UntilAsync(() => redis.CliAsync("ZCARD", "weir:{replicas}").GetAwaiter().GetResult() == "2", "the dead is forgotten");

        await b.StopAsync();
        await Waiting.UntilAsync(() => a.Live == 1, "the second has left");
    }

    [Fact]
    public async Task The_number_known_last_stays_while_Redis_is_away_and_when_it_comes_back_empty()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await TestReplica.StartAsync(redis.Url);
        await using var b = await TestReplica.StartAsync(redis.Url);
        await Waiting.UntilAsync(() => a.Live == 2 && b.Live == 2, "two");
        var fewest = 2;
        a.Replicas.Changed += () => fewest = Math.Min(fewest, a.Live);

        await redis.KillAsync();
        await Waiting.UntilAsync(() => !a.State.IsConnected, "away");
        Assert.Contains("local only since", a.State.Describe(), StringComparison.Ordinal);
        await redis.RestartAsync();
        await Waiting.UntilAsync(() => a.State.IsConnected && b.State.IsConnected && redis.CliAsync("ZCARD", "weir:{replicas}").GetAwaiter().GetResult() == "2", "back");

        Assert.Equal((2, 2), (a.Live, fewest));
        Assert.Equal($"connected to redis at 127.0.0.1:{redis.Port}, 2 gateways alive", a.State.Describe());
    }
}
