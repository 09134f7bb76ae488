using Weir.Policies.Contracts;
using Weir.Policies.State;
using Weir.Support;

namespace Weir.Policies.Tests.State;

public sealed class SharedCountersTests
{
    [Fact]
    public async Task Each_gateway_has_the_others_hits_and_nobody_counts_its_own_twice()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await TestReplica.StartAsync(redis.Url);
        await using var b = await TestReplica.StartAsync(redis.Url);
        await HeardAsync(a, b);

        // Six thousand counters are two batches.
        for (var i = 0; i < 6000; i++)
            a.Counters.Hit((ulong)i, 2);
        b.Counters.Hit(5, 3);
        await Waiting.UntilAsync(() => Enumerable.Range(0, 6000).All(i => b.Counters.Of((ulong)i) == (i == 5 ? 5 : 2)) && a.Counters.Of(5) == 5, "all told");
        await Task.Delay(200);
        Assert.Equal((5, 5), (a.Counters.Of(5), b.Counters.Of(5)));
    }

    [Fact]
    public async Task A_client_spread_over_two_gateways_passes_its_limit_by_no_more_than_what_one_interval_lets_through()
    {
        const int Limit = 200;
        await using var redis = await RedisServer.StartAsync();
        await using var a = await TestReplica.StartAsync(redis.Url);
        await using var b = await TestReplica.StartAsync(redis.Url);
        await HeardAsync(a, b);

        // Ten requests a step to each, until each refuses; a step ends when the others' counts are there: one interval.
        var passed = 0;
        for (var step = 0; step < 100; step++)
        {
            var before = passed;
            foreach (var replica in new[] { a, b })
            {
                for (var i = 0; i < 10 && replica.Counters.Of(77) < Limit; i++)
                {
                    replica.Counters.Hit(77);
                    passed++;
                }
            }

            if (passed == before)
                break;
            var all = passed;
            await Waiting.UntilAsync(() => a.Counters.Of(77) == all && b.Counters.Of(77) == all, "counts have arrived");
        }

        Assert.InRange(passed, Limit, Limit + 10);
    }

    [Fact]
    public async Task Without_Redis_counts_are_dropped_and_do_not_pile_up()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var a = await TestReplica.StartAsync(redis.Url);
        await using var b = await TestReplica.StartAsync(redis.Url);
        await HeardAsync(a, b);
        await redis.KillAsync();
        await Waiting.UntilAsync(() => !a.State.IsConnected, "away");
        a.Counters.Hit(9, 100);
        await Waiting.UntilAsync(() => a.Counters.Drain(new CounterDelta[1]) == 0, "taken");
        await redis.RestartAsync();
        await HeardAsync(a, b);

        Assert.Equal(0, b.Counters.Of(9));
    }

    [Fact]
    public void A_frame_is_read_as_it_was_written()
    {
        var id = Guid.NewGuid();
        var frame = CounterFrame.Write(id, 42, [new(1, 2), new(ulong.MaxValue, uint.MaxValue), new(3, 0)]);
        var into = new CounterDelta[CounterFrame.MaxDeltas];

        Assert.True(CounterFrame.TryRead(frame, into, out var sender, out var clock, out var count));
        Assert.Equal((id, 42L, 2), (sender, clock, count));
        Assert.Equal([new(1, 2), new(ulong.MaxValue, uint.MaxValue)], into[..2]);
        Assert.Equal(CounterFrame.HeadBytes + 36, frame.Length);
    }

    [Fact]
    public void Another_version_a_torn_frame_and_one_that_is_too_long_are_refused()
    {
        var good = CounterFrame.Write(Guid.NewGuid(), 0, [new(1, 2)]);
        var version = (byte[])good.Clone();
        version[2] = 2;
        var magic = (byte[])good.Clone();
        magic[0] = 0;
        foreach (var bad in new[] { version, magic, good[..^1], good[..10], [], new byte[100], [.. good[..28], .. new byte[12 * (CounterFrame.MaxDeltas + 1)]] })
            Assert.False(CounterFrame.TryRead(bad, new CounterDelta[CounterFrame.MaxDeltas], out _, out _, out _));
    }

    private static async Task HeardAsync(TestReplica a, TestReplica b)
    {
        await Waiting.UntilAsync(() =>
        {
            a.Counters.Hit(10_000, 1);
            b.Counters.Hit(20_000, 1);
            Thread.Sleep(20);
            return a.Counters.Of(20_000) > 0 && b.Counters.Of(10_000) > 0;
        }, "both hear");
    }
}
