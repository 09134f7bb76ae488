using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Weir.Policies.State;
using Weir.Stores.Redis;
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
        replicas.Doubt();

        Assert.Equal(1, replicas.Take(3, Grace));
        Assert.Null(replicas.Take(1, Grace));
        Assert.Equal((3, 1), (replicas.Live, changes));
        clock.Advance(Grace);
        Assert.Equal(3, replicas.Take(2, Grace));
        replicas.Doubt();
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
        // The connection for what the others say may need a moment more.
        await Waiting.UntilAsync(() => a.State.Describe() == $"connected to redis at 127.0.0.1:{redis.Port}, 2 gateways alive", "told");
    }

    [Fact]
    public async Task A_store_that_was_emptied_under_a_connection_that_stayed_is_not_believed_before_the_grace_is_over()
    {
        await using var redis = await RedisServer.StartAsync();
        var options = TestReplica.Options_(redis.Url);
        (options.ReplicaTimeout, options.Redis.ConnectTimeout) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        await using var a = TestReplica.New(options);
        await a.StartAsync();
        // One that will never be too old.
        await redis.CliAsync("ZADD", "weir:{replicas}", "99999999999999", "other-1");
        await Waiting.UntilAsync(() => a.Live == 2, "two");
        var clock = Stopwatch.StartNew();
        await redis.CliAsync("DEL", "weir:{replicas}");

        await Waiting.UntilAsync(() => a.Live == 1, "believed in the end");
        // 1 s, a heartbeat of 0.2 s, 1 s and 2 s; a timer may be early by its resolution.
        Assert.True(clock.Elapsed > TimeSpan.FromSeconds(4), $"{clock.Elapsed}");
    }

    [Fact]
    public async Task The_first_count_over_a_new_connection_is_doubted_whoever_notices_the_connection_first()
    {
        await using var server = await RedisServer.StartAsync();
        var options = TestReplica.Options_(server.Url);
        using var meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
        await using var redis = new HookedRedis(new RedisClient(
            RedisSettings.Of(options, "test")!, "state", new RedisMetrics(meters.GetRequiredService<IMeterFactory>()), NullLogger.Instance, TimeProvider.System));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await redis.WaitConnectedAsync(patience.Token);
        var clock = new FakeTimeProvider();
        clock.Advance(TimeSpan.FromHours(1));
        var replicas = new LiveReplicas(clock);
        var sharing = new ReplicaSharing(redis, replicas, new StateNames(options), options, NullLogger.Instance, clock);
        await server.CliAsync("ZADD", "weir:{replicas}", "99999999999999", "other-1");
        await sharing.BeatAsync(patience.Token);
        Assert.Equal(2, replicas.Live);

        // A store that lost some, not all: this gateway is there still.
        redis.MoreConnects = 1;
        await server.CliAsync("ZREM", "weir:{replicas}", "other-1");
        await sharing.BeatAsync(patience.Token);
        Assert.Equal(2, replicas.Live);
        clock.Advance(sharing.Grace - TimeSpan.FromTicks(1));
        await sharing.BeatAsync(patience.Token);
        Assert.Equal(2, replicas.Live);
        clock.Advance(TimeSpan.FromTicks(1));
        await sharing.BeatAsync(patience.Token);
        Assert.Equal(1, replicas.Live);
    }

    [Fact]
    public async Task A_channel_that_Redis_refuses_is_told()
    {
        await using var redis = await RedisServer.StartAsync("user weir on nopass ~* resetchannels &weir:bans &weir:replicas +@all");
        await using var a = await TestReplica.StartAsync(redis.Url.Replace("redis://", "redis://weir:any@", StringComparison.Ordinal));

        await Waiting.UntilAsync(
            () => a.State.Describe().StartsWith($"connected to redis at 127.0.0.1:{redis.Port}, 1 gateways alive; does not hear the others: NOPERM", StringComparison.Ordinal),
            "told");
    }
}
