using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Weir.Policies.Contracts;
using Weir.Policies.State;
using Weir.Stores.Redis;
using Weir.Support;

namespace Weir.Policies.Tests.State;

/// <summary>What happens while a gateway and Redis are merged, step by step.</summary>
public sealed class BanMergeTests
{
    private static readonly IPNetwork Network = IPNetwork.Parse("192.0.2.1/32");

    [Fact]
    public async Task A_merge_however_slow_changes_nothing_that_is_in_step()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await Sharing.StartAsync(redis, ban: true);
        await a.MergedAsync(() => a.Redis.Evaluated >= 1);
        var told = a.Bans.List()[0];
        await using var b = await Sharing.StartAsync(redis, ban: false);
        await Waiting.UntilAsync(() => b.Bans.Count == 1, "read");
        var read = b.Bans.List()[0];
        Assert.Equal(BanOrigin.Replica, read.Origin);
        Assert.InRange(read.Until!.Value, told.Until!.Value - TimeSpan.FromSeconds(30), told.Until.Value + TimeSpan.FromSeconds(30));

        foreach (var side in new[] { a, b })
        {
            // Between Redis' clock and what is read by it.
            side.Redis.AfterSend = _ => Task.Delay(100);
            for (var i = 0; i < 3; i++)
            {
                var before = side.Redis.Evaluated;
                side.Redis.Subscribed!();
                await side.MergedAsync(() => side.Redis.Evaluated > before);
            }
        }

        Assert.Equal((told, 1), (a.Bans.List()[0], a.Bans.Added));
        Assert.Equal((read, 1), (b.Bans.List()[0], b.Bans.Added));
    }

    [Fact]
    public async Task A_ban_whose_way_took_long_is_the_one_that_is_known_and_one_of_another_length_is_not()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await Sharing.StartAsync(redis, ban: true);
        await a.MergedAsync(() => a.Redis.Evaluated >= 1);
        var own = a.Bans.List()[0];
        // It was banned a minute ago for 61; five seconds on the way move both ends of it. Then one that really ends later.
        const string Json = "{\"jail\":\"x\",\"reason\":\"y\",\"count\":1,\"direct\":false}";
        var since = (long)(DateTimeOffset.UtcNow - own.From).TotalMilliseconds;
        await redis.CliAsync("PUBLISH", "weir:bans", $"other 1 {since - 5000} {3_660_000 - since + 5000} {Network} {Json}");
        await redis.CliAsync("PUBLISH", "weir:bans", $"other 1 0 60000 192.0.2.9/32 {Json}");
        await Waiting.UntilAsync(() => a.Bans.Count == 2, "heard");
        Assert.Equal(own, a.Bans.Find(Network.BaseAddress));

        await redis.CliAsync("PUBLISH", "weir:bans", $"other 1 0 7200000 {Network} {Json}");
        await Waiting.UntilAsync(() => a.Bans.Find(Network.BaseAddress)!.Origin == BanOrigin.Replica, "extended");
    }

    [Fact]
    public async Task A_ban_that_is_lifted_while_it_is_read_stays_lifted()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await Sharing.StartAsync(redis, ban: true);
        await a.MergedAsync(() => a.Redis.Evaluated >= 1);
        var first = 0;
        a.Redis.AfterSend = _ =>
        {
            // After the list was read, before it is taken over.
            if (++first == 2)
                a.Bans.Remove(Network, BanOrigin.Operator);
            return Task.CompletedTask;
        };
        var before = a.Redis.Evaluated;
        a.Redis.Subscribed!();

        await Waiting.UntilAsync(() => a.Redis.Evaluated >= before + 2, "the lift was told and the ban offered");
        await Waiting.UntilAsync(() => a.Bans.Count == 0, "lifted");
        Assert.Contains(" 0 ", await redis.CliAsync("HGET", "weir:{bans}", Network.ToString()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ban_that_another_gateway_lifts_while_it_is_told_is_lifted_here_too_and_no_newer_one_is()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await Sharing.StartAsync(redis, ban: true);
        await a.MergedAsync(() => a.Redis.Evaluated >= 1);
        // Lifted in Redis by one whose message did not come through.
        await redis.CliAsync("HSET", "weir:{bans}", Network.ToString(), $"{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()} 0 {DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds()} {{}}");

        a.Outbox.OnChange(BanChangeKind.Added, a.Bans.List()[0]);
        await Waiting.UntilAsync(() => a.Bans.Count == 0, "lifted");

        a.Bans.Add(Waiting.Ban(Network.ToString(), ago: TimeSpan.FromSeconds(-5)));
        await Waiting.UntilAsync(() => redis.CliAsync("HGET", "weir:{bans}", Network.ToString()).GetAwaiter().GetResult().Contains(" 1 ", StringComparison.Ordinal), "told");
        Assert.Equal(1, a.Bans.Count);
    }

    [Fact]
    public async Task A_ban_that_was_lifted_before_it_could_be_told_is_not_told()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await Sharing.StartAsync(redis, ban: false);
        await a.MergedAsync(() => a.Bans.Listed >= 1);
        var gone = Waiting.Ban(Network.ToString());
        a.Outbox.OnChange(BanChangeKind.Added, gone);
        a.Outbox.OnChange(BanChangeKind.Removed, gone with { Origin = BanOrigin.Operator });

        await Waiting.UntilAsync(() => a.Redis.Evaluated == 1, "the lift is told");
        a.Bans.Add(Waiting.Ban("192.0.2.2/32"));
        await Waiting.UntilAsync(() => a.Redis.Evaluated == 2, "the next ban is told");
        Assert.Contains(" 0 ", await redis.CliAsync("HGET", "weir:{bans}", Network.ToString()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lift_of_what_is_not_banned_does_not_copy_the_list()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await Sharing.StartAsync(redis, ban: true);
        await a.MergedAsync(() => a.Redis.Evaluated >= 1);
        a.Bans.Add(Waiting.Ban("198.51.100.0/24"));
        await Waiting.UntilAsync(() => a.Redis.Evaluated == 2, "told");
        var listed = a.Bans.Listed;
        await redis.CliAsync("PUBLISH", "weir:bans", "other 0 0 60000 203.0.113.1/32 {}");
        await redis.CliAsync("PUBLISH", "weir:bans", "other 0 0 60000 198.51.100.7/32 {}");
        await redis.CliAsync("PUBLISH", "weir:bans", "other 0 0 60000 192.0.2.1/32 {}");
        await Waiting.UntilAsync(() => a.Bans.Count == 1, "the last one heard");
        Assert.Equal(listed, a.Bans.Listed);

        // The smaller network at its address is not the one that is lifted.
        a.Bans.Add(Waiting.Ban("198.51.100.0/32"));
        await redis.CliAsync("PUBLISH", "weir:bans", "other 0 0 60000 198.51.100.0/24 {}");
        await Waiting.UntilAsync(() => a.Bans.Count == 1, "lifted");
        Assert.Equal("198.51.100.0/32", a.Bans.List()[0].Network.ToString());
    }

    /// <summary>Only the sharing of bans, without the rest of the slice.</summary>
    private sealed class Sharing : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly ServiceProvider _services;
        private readonly Task _running;

        private Sharing(RedisServer server, bool ban)
        {
            var options = TestReplica.Options_(server.Url);
            var services = new ServiceCollection();
            services.AddLogging();
            services.AddState();
            _services = services.BuildServiceProvider();
            Redis = new HookedRedis(new RedisClient(
                RedisSettings.Of(options, "test")!, "state", _services.GetRequiredService<RedisMetrics>(), NullLogger.Instance, TimeProvider.System));
            Outbox = new BanOutbox(TimeProvider.System);
            Bans.Observer = Outbox;
            // There before: the first merge tells it, and nothing else does.
            if (ban)
                Bans.Add(Waiting.Ban(Network.ToString(), ago: TimeSpan.FromMinutes(1)));
            Outbox.IsOn = true;
            var sharing = new BanSharing(
                Redis, Bans, Outbox, new StateNames(options), options, _services.GetRequiredService<StateMetrics>(), NullLogger.Instance, TimeProvider.System);
            _running = Task.Run(() => sharing.RunAsync(_stop.Token));
        }

        public HookedRedis Redis { get; }

        public ListedBans Bans { get; } = new();

        public BanOutbox Outbox { get; }

        public static async Task<Sharing> StartAsync(RedisServer server, bool ban)
        {
            var sharing = new Sharing(server, ban);
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            await sharing.Redis.WaitConnectedAsync(patience.Token);
            return sharing;
        }

        // Also until the list has been told: its last command is a script.
        public Task MergedAsync(Func<bool> condition) => Waiting.UntilAsync(condition, "merged");

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await ((Task)_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Redis.DisposeAsync();
            await _services.DisposeAsync();
            _stop.Dispose();
        }
    }
}
