using Weir.Policies.Caching.Admin;
using Weir.Policies.Caching.Purging;
using Weir.Policies.Caching.Purging.Sharing;
using Weir.Policies.Tests.State;
using Weir.Support;

namespace Weir.Policies.Tests.Caching.Purging;

/// <summary>Several gateways with one real redis-server.</summary>
public sealed class SharedPurgesTests
{
    [Fact]
    public async Task Every_gateway_hears_of_a_purge()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await PurgeGateway.StartAsync(redis.Url);
        await using var b = await PurgeGateway.StartAsync(redis.Url);
        await using var c = await PurgeGateway.StartAsync(redis.Url);
        var stored = await LaterAsync(a);
        await b.StoreAsync("http://h/a");
        await b.StoreAsync("http://h/b");

        Assert.Equal(new PurgeReport(0, true, null), await a.PurgeAsync(PurgeKind.Tag, "t"));
        Assert.Equal(new PurgeReport(0, true, null), await a.PurgeAsync(PurgeKind.Prefix, "HTTP://h:80/soft", soft: true));
        Assert.Equal(new PurgeReport(0, true, null), await a.PurgeAsync(PurgeKind.Url, "http://h/a"));
        foreach (var gateway in (PurgeGateway[])[a, b, c])
        {
            await Waiting.UntilAsync(() => gateway.Ledger.Count == 4, "three purges, and the time before which none is known");
            Assert.Equal(PurgeVerdict.Hard, gateway.Judge("http://x/", stored, "t"));
            Assert.Equal(PurgeVerdict.Hard, gateway.Judge("http://h/a", stored));
            Assert.Equal(PurgeVerdict.Soft, gateway.Judge("http://h/soft/a", stored));
            Assert.Equal(PurgeVerdict.None, gateway.Judge("http://h/b", stored, "u"));
            Assert.Equal(4, gateway.Meters.Gauge("weir.cache.purge.entries"));
        }

        // The named key leaves the others' memory at once.
        Assert.True(await b.HasAsync("http://h/b"));
        for (var i = 0; i < 1000 && await b.HasAsync("http://h/a"); i++)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        Assert.False(await b.HasAsync("http://h/a"));
        Assert.Equal(3, b.Meters.Sum("weir.cache.purges/replica"));
        Assert.Equal(3, a.Meters.Sum("weir.cache.purges/here"));
        Assert.Equal(1, a.Meters.Sum("weir.cache.purges/tag"));
        Assert.Equal(0, a.Meters.Sum("weir.cache.purge.missed"));

        await a.PurgeAsync(PurgeKind.All);
        await Waiting.UntilAsync(() => b.Judge("http://h/b", stored) == PurgeVerdict.Hard && b.Memory.Figures.Entries == 0, "everything");
    }

    [Fact]
    public async Task What_is_stored_after_a_purge_is_not_purged_by_hearing_of_it_late()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await PurgeGateway.StartAsync(redis.Url);
        var before = a.Now;
        await a.PurgeAsync(PurgeKind.Tag, "t");
        await Task.Delay(200, TestContext.Current.CancellationToken);
        var after = a.Now;
        // Times are taken late rather than early: on a busy machine by more than this once in a while.
        for (var i = 0; ; i++)
        {
            await using var b = await PurgeGateway.StartAsync(redis.Url);
            Assert.True(b.IsPurged("t", before));
            if (!b.IsPurged("t", after))
                break;
            Assert.InRange(i, 0, 20);
        }
    }

    [Fact]
    public async Task A_new_gateway_knows_what_was_purged_before_it_and_that_older_entries_are_unknown_to_it()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await PurgeGateway.StartAsync(redis.Url);
        var stored = await LaterAsync(a);
        for (var i = 0; i < 250; i++)
            await a.PurgeAsync(PurgeKind.Tag, $"t{i}");
        await using var b = await PurgeGateway.StartAsync(redis.Url);
        Assert.Equal(250 + 1, b.Ledger.Count);
        Assert.True(b.IsPurged("t0", stored) && b.IsPurged("t249", stored));
        Assert.False(b.IsPurged("other", stored + 1));
        // The stream does not say what was before it.
        Assert.True(b.IsPurged("other", stored - 1000));
        Assert.Equal(0, b.Meters.Sum("weir.cache.purge.missed"));
    }

    [Fact]
    public async Task While_redis_is_away_purges_work_here_and_are_told_when_it_is_back()
    {
        await using var redis = await RedisServer.StartAsync("appendonly yes", "appendfsync always");
        await using var a = await PurgeGateway.StartAsync(redis.Url);
        await using var b = await PurgeGateway.StartAsync(redis.Url);
        var stored = await LaterAsync(a);
        await a.PurgeAsync(PurgeKind.Tag, "first");
        await Waiting.UntilAsync(() => b.IsPurged("first", stored), "first");
        await redis.KillAsync();
        await Waiting.UntilAsync(() => !a.Redis!.IsConnected && !b.Redis!.IsConnected, "away");

        var report = await a.PurgeAsync(PurgeKind.Tag, "second");
        Assert.Equal(new PurgeReport(0, false, "Redis is away: the other gateways hear of it when it is back."), report);
        Assert.True(a.IsPurged("second", stored));
        Assert.False(b.IsPurged("second", stored));
        Assert.Equal(1, a.Sharing!.Waiting);

        await redis.RestartAsync();
        await Waiting.UntilAsync(() => b.IsPurged("second", stored) && a.Sharing.Waiting == 0, "second");
        // It has saved what it was told: nothing was missed.
        Assert.Equal(0, a.Meters.Sum("weir.cache.purge.missed") + b.Meters.Sum("weir.cache.purge.missed"));
        Assert.False(b.IsPurged("other", stored));
    }

    [Fact]
    public async Task A_redis_that_forgot_everything_makes_gateways_forget_what_is_older()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await PurgeGateway.StartAsync(redis.Url);
        await using var b = await PurgeGateway.StartAsync(redis.Url);
        var stored = await LaterAsync(a);
        await a.PurgeAsync(PurgeKind.Tag, "known");
        await Waiting.UntilAsync(() => b.IsPurged("known", stored), "known");
        Assert.False(b.IsPurged("other", stored));
        await redis.KillAsync();
        await redis.RestartAsync();
        await Waiting.UntilAsync(() => b.IsPurged("other", stored) && a.IsPurged("other", stored), "all that is older");
        Assert.Equal(1, b.Meters.Sum("weir.cache.purge.missed"));
        var later = b.Now + 1;
        Assert.False(b.IsPurged("other", later));

        // What was told lately is told again: a gateway that joins knows it.
        await using var c = await PurgeGateway.StartAsync(redis.Url);
        await Waiting.UntilAsync(() => c.Ledger.List().Any(i => i.Text == "known"), "told again");
    }

    [Fact]
    public async Task What_redis_loses_without_forgetting_all_is_told_again()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await PurgeGateway.StartAsync(redis.Url);
        await a.PurgeAsync(PurgeKind.Tag, "early");
        await Waiting.UntilAsync(() => a.Ledger.Count == 2, "early");
        await a.PurgeAsync(PurgeKind.Tag, "late");
        // As after a failover to a replica that was behind.
        var entries = (await redis.CliAsync("XRANGE", "weir:cache:purges", "-", "+")).Split('\n');
        await redis.CliAsync("XDEL", "weir:cache:purges", entries[^3]);
        await redis.CliAsync("PUBLISH", "weir:cache:purged", "x");
        await using var b = await PurgeGateway.StartAsync(redis.Url);
        await Waiting.UntilAsync(() => b.Ledger.List().Count(i => i.Kind == PurgeKind.Tag) == 2, "told again");
    }

    [Theory]
    [InlineData("2-0", "1-9", true)]
    [InlineData("1-10", "1-9", true)]
    [InlineData("1-9", "1-9", false)]
    [InlineData("1-9", null, true)]
    [InlineData(null, "1-9", false)]
    [InlineData(null, null, false)]
    public void Ids_are_compared_as_numbers(string? one, string? other, bool isLater) => Assert.Equal(isLater, PurgeSharing.IsLater(one, other));

    [Fact]
    public async Task A_gateway_that_was_away_for_longer_than_the_stream_remembers_says_so()
    {
        await using var redis = await RedisServer.StartAsync();
        var folder = Directory.CreateTempSubdirectory("weir-purges-");
        try
        {
            var journal = Path.Combine(folder.FullName, "purges");
            await using var a = await PurgeGateway.StartAsync(redis.Url, maxLength: 1);
            await using (var b = await PurgeGateway.StartAsync(redis.Url, journal))
                Assert.NotNull(b.Journal!.LastId);
            var stored = await LaterAsync(a);
            // Redis trims whole nodes, of a hundred entries each.
            for (var i = 0; i < 500; i++)
                await a.PurgeAsync(PurgeKind.Tag, $"t{i}");
            Assert.True(int.Parse(await redis.CliAsync("XLEN", "weir:cache:purges"), System.Globalization.CultureInfo.InvariantCulture) < 250);

            await using var back = await PurgeGateway.StartAsync(redis.Url, journal);
            Assert.Equal(1, back.Meters.Sum("weir.cache.purge.missed"));
            Assert.True(back.IsPurged("t0", stored));
            Assert.True(back.IsPurged("t499", stored));
            Assert.False(back.IsPurged("t0", back.Now + 1));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_restarted_gateway_with_a_file_catches_up_from_where_it_was()
    {
        await using var redis = await RedisServer.StartAsync();
        var folder = Directory.CreateTempSubdirectory("weir-purges-");
        try
        {
            var journal = Path.Combine(folder.FullName, "purges");
            await using var a = await PurgeGateway.StartAsync(redis.Url);
            var old = a.Now - 100_000;
            await using (var b = await PurgeGateway.StartAsync(redis.Url, journal))
            {
                await a.PurgeAsync(PurgeKind.Tag, "while up");
                await Waiting.UntilAsync(() => b.IsPurged("while up", old) && b.Ledger.List().Any(i => i.Text == "while up"), "while up");
                await Waiting.UntilAsync(() => File.ReadAllText(journal).Contains("while up", StringComparison.Ordinal), "written");
            }

            var stored = await LaterAsync(a);
            await a.PurgeAsync(PurgeKind.Tag, "while down");
            await using var back = await PurgeGateway.StartAsync(redis.Url, journal);
            Assert.True(back.IsPurged("while up", stored - 1000));
            Assert.True(back.IsPurged("while down", stored));
            Assert.False(back.IsPurged("other", stored));
            Assert.Equal(0, back.Meters.Sum("weir.cache.purge.missed"));
            Assert.Equal(1, back.Meters.Sum("weir.cache.purges/replica"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_start_without_redis_uses_nothing_old_until_it_knows_what_was_purged()
    {
        await using var redis = await RedisServer.StartAsync("appendonly yes");
        await using (var a = await PurgeGateway.StartAsync(redis.Url))
            await a.PurgeAsync(PurgeKind.Tag, "t");
        await redis.KillAsync();
        var clock = new FakeTimeProvider();
        await using var b = new PurgeGateway(redis.Url, clock: clock);
        var start = b.Now;
        var starting = b.StartAsync();
        while (!starting.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        await starting;
        Assert.True(b.IsPurged("other", start));
        Assert.False(b.IsPurged("other", b.Now + 1));
        await redis.RestartAsync();
        await Waiting.UntilAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return b.Ledger.List().Any(i => i.Text == "t");
            },
            "caught up");
    }

    [Fact]
    public async Task More_purges_than_can_wait_are_said_not_to_be_told()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await PurgeGateway.StartAsync(redis.Url);
        await redis.KillAsync();
        await Waiting.UntilAsync(() => !a.Redis!.IsConnected, "away");
        for (var i = 0; i < PurgeOutbox.MaxWaiting; i++)
            Assert.StartsWith("Redis is away: ", (await a.PurgeAsync(PurgeKind.Tag, $"t{i}")).Note, StringComparison.Ordinal);
        // One that waits already takes no more room.
        Assert.StartsWith("Redis is away: ", (await a.PurgeAsync(PurgeKind.Tag, "t7")).Note, StringComparison.Ordinal);
        var report = await a.PurgeAsync(PurgeKind.Tag, "one more");
        Assert.Equal("Redis is away, and 1000 purges wait for it: the other gateways will not hear of this one.", report.Note);
        Assert.True(a.IsPurged("one more", a.Now - 1000));
        Assert.Equal(1, a.Meters.Sum("weir.cache.purge.dropped/purge"));
        await redis.RestartAsync();
        await using var b = await PurgeGateway.StartAsync(redis.Url);
        await Waiting.UntilAsync(() => a.Sharing!.Waiting == 0 && b.Ledger.Count >= PurgeOutbox.MaxWaiting, "told");
    }

    [Fact]
    public async Task What_is_no_purge_is_counted_and_passed_over()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await PurgeGateway.StartAsync(redis.Url);
        string[] bad =
        [
            "nonsense", "2 r tag hard 1 0 t", "1 r tag hard x 0 t", "1 r tag hard 1 -1 t", "1 r tag maybe 1 0 t", "1 r page hard 1 0 t", "1 r url hard 1 0 /a", "1 r url hard 1 0 HTTP://h/",
            "1 r prefix hard 1 0 https://h", "1 r tag hard 1 99999999999 t", $"1 {new string('r', 65)} tag hard 1 0 t", "1 r tag hard 1 0 " + new string('t', 5000),
        ];
        foreach (var text in bad)
            await redis.CliAsync("XADD", "weir:cache:purges", "*", "p", text);
        await redis.CliAsync("XADD", "weir:cache:purges", "*", "p", "1 r tag hard 1 0 good");
        await redis.CliAsync("PUBLISH", "weir:cache:purged", "x");
        await Waiting.UntilAsync(() => a.Ledger.List().Any(i => i.Text == "good"), "the good one");
        Assert.Equal(bad.Length, a.Meters.Sum("weir.cache.purge.malformed/purge"));
    }

    [Fact]
    public async Task A_redis_that_takes_no_purges_is_no_reason_to_stop()
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.CliAsync("SET", "weir:cache:purges", "not a stream");
        var a = new PurgeGateway(redis.Url, clock: TimeProvider.System);
        await using var _ = a;
        var starting = a.StartAsync();
        await Waiting.UntilAsync(() => a.Redis!.IsConnected, "connected");
        Assert.False((await a.PurgeAsync(PurgeKind.Tag, "t")).ReachesReplicas);
        await redis.CliAsync("DEL", "weir:cache:purges");
        await starting;
        await Waiting.UntilAsync(() => a.Sharing!.Waiting == 0, "told");
    }

    [Fact]
    public async Task The_user_of_the_documentation_may_do_all_that_is_needed_and_no_more()
    {
        await using var redis = await RedisServer.StartAsync(
            "user default on nopass ~* &* +@all",
            "user weir on >pw ~weir:* resetchannels &weir:* -@all +hello +auth +client|setname +select +ping +role +asking +time +publish +subscribe +unsubscribe +eval +evalsha +xadd +xrange +exists");
        await using var a = await PurgeGateway.StartAsync(redis.Url, user: "weir", password: "pw");
        await using var b = await PurgeGateway.StartAsync(redis.Url, user: "weir", password: "pw");
        await a.PurgeAsync(PurgeKind.Tag, "t");
        await Waiting.UntilAsync(() => b.Ledger.List().Any(i => i.Text == "t"), "heard");
        await Waiting.UntilAsync(
            () =>
            {
                a.Invalidations!.Publish(Pages.Key("http://h/"));
                return b.Meters.Sum("weir.cache.invalidations.shared/received") > 0;
            },
            "invalidated");
        var log = await redis.CliAsync("ACL", "LOG");
        Assert.True(log.Length == 0, log);
    }

    [Theory]
    [InlineData(1000, 900, 1000)]
    [InlineData(900, 1000, 1000)]
    [InlineData(99_000, 900, 5900)]
    public void The_issuers_time_counts_where_it_is_later_but_not_by_much(long issued, long here, long expected) =>
        Assert.Equal(expected, PurgeSharing.AtHere(issued, here));

    [Fact]
    public async Task Invalidated_keys_reach_the_other_gateways_and_only_them()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await PurgeGateway.StartAsync(redis.Url);
        await using var b = await PurgeGateway.StartAsync(redis.Url);
        var (atA, atB) = (0, new System.Collections.Concurrent.ConcurrentDictionary<Policies.Caching.Entries.CacheKey, bool>());
        a.Invalidations!.Received += _ => Interlocked.Increment(ref atA);
        b.Invalidations!.Received += key => atB[key] = true;
        // Nothing is promised: again until it is heard.
        await Waiting.UntilAsync(
            () =>
            {
                a.Invalidations.Publish(Pages.Key("http://first/"));
                return atB.ContainsKey(Pages.Key("http://first/"));
            },
            "heard");
        for (var i = 0; i < 1200; i++)
            a.Invalidations.Publish(Pages.Key($"http://h/{i}"));
        await Waiting.UntilAsync(() => Enumerable.Range(0, 1200).All(i => atB.ContainsKey(Pages.Key($"http://h/{i}"))), "all");
        Assert.Equal(0, atA);
        Assert.True(b.Meters.Sum("weir.cache.invalidations.shared/received") >= 1201);

        await redis.CliAsync("PUBLISH", "weir:cache:invalidated", "nonsense");
        await Waiting.UntilAsync(() => b.Meters.Sum("weir.cache.purge.malformed/invalidation") == 1, "malformed");
        Assert.Equal(0, a.Meters.Sum("weir.cache.purge.dropped/invalidation"));
        await redis.KillAsync();
        await Waiting.UntilAsync(() => !a.Redis!.IsConnected, "away");
        a.Invalidations.Publish(Pages.Key("http://lost/"));
        await Waiting.UntilAsync(() => a.Meters.Sum("weir.cache.purge.dropped/invalidation") >= 1, "dropped");
    }

    /// <summary>A time after the start of the stream, and before now.</summary>
    private static async Task<long> LaterAsync(PurgeGateway gateway)
    {
        var time = gateway.Now + 1;
        await Waiting.UntilAsync(() => gateway.Now > time, "the clock");
        return time;
    }
}
