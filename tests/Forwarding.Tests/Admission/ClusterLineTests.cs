using Weir.Forwarding.Admission;
using Weir.Forwarding.Slots;

namespace Weir.Forwarding.Tests.Admission;

public sealed class ClusterLineTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_slot_that_comes_free_goes_to_the_request_that_waits()
    {
        using var farm = new Farm();
        var taken = farm.Fill();
        var waiting = farm.Wait();
        Assert.Equal(1, farm.Line.Waiting);

        taken.Pop().Dispose();

        using var slot = (await waiting.WaitAsync(Patience)).Slot;
        Assert.Same(farm.Server(), slot.Server);
        Assert.Equal(1, farm.Server().InFlight);
        Assert.Equal(0, farm.Line.Waiting);
        Assert.Equal(0, farm.Line.WaitingBytes);
    }

    [Fact]
    public async Task A_request_waits_no_longer_than_it_may()
    {
        using var farm = new Farm();
        farm.Fill();
        var waiting = farm.Wait(seconds: 2);

        farm.Clock.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(waiting.IsCompleted);
        farm.Clock.Advance(TimeSpan.FromSeconds(0.2));

        var outcome = await waiting.WaitAsync(Patience);
        Assert.Equal(RefusalReason.WaitTimedOut, outcome.Reason);
        Assert.InRange(outcome.RetryAfterSeconds, 1, 120);
        Assert.Equal(0, farm.Line.Waiting);
    }

    [Theory]
    [InlineData(0.02)]
    [InlineData(5.0)]
    [InlineData(5.12)]
    [InlineData(5.14)]
    [InlineData(60)]
    [InlineData(600)]
    public async Task Deadlines_of_any_length_are_kept_to_a_tick(double seconds)
    {
        using var farm = new Farm();
        farm.Fill();
        var waiting = farm.Wait(seconds: seconds);

        farm.Clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(15));
        Assert.False(waiting.IsCompleted);
        farm.Clock.Advance(TimeSpan.FromMilliseconds(45));

        Assert.Equal(RefusalReason.WaitTimedOut, (await waiting.WaitAsync(Patience)).Reason);
    }

    [Fact]
    public async Task A_client_that_leaves_frees_its_place_at_once()
    {
        using var farm = new Farm();
        farm.Fill();
        using var gone = new CancellationTokenSource();
        var waiting = farm.Wait(aborted: gone.Token);

        await gone.CancelAsync();

        Assert.Equal(RefusalReason.ClientGone, (await waiting.WaitAsync(Patience)).Reason);
        Assert.Equal(0, farm.Line.Waiting);
    }

    [Fact]
    public async Task A_client_that_has_left_already_gets_no_slot()
    {
        using var farm = new Farm();
        farm.Fill();
        Assert.Equal(RefusalReason.ClientGone, (await farm.Wait(aborted: new CancellationToken(canceled: true)).WaitAsync(Patience)).Reason);
        Assert.Equal(0, farm.Line.Waiting);
    }

    [Fact]
    public async Task Past_its_length_the_line_takes_from_the_client_with_the_most_waiting()
    {
        using var farm = new Farm(options: new AdmissionOptions { MaxLength = 4 });
        farm.Fill();
        var greedy = Enumerable.Range(0, 4).Select(_ => farm.Wait(client: 1)).ToArray();

        var fromGreedy = farm.Wait(client: 1);
        Assert.Equal(RefusalReason.LineFull, (await fromGreedy.WaitAsync(Patience)).Reason);
        var modest = farm.Wait(client: 2);

        Assert.False(modest.IsCompleted);
        Assert.Equal(4, farm.Line.Waiting);
        Assert.Equal(RefusalReason.LineFull, (await greedy[3].WaitAsync(Patience)).Reason);
        Assert.All(greedy[..3], t => Assert.False(t.IsCompleted));
    }

    [Fact]
    public async Task The_line_is_bounded_in_bytes_too()
    {
        using var farm = new Farm(options: new AdmissionOptions { MaxBytes = 3 * ClusterLine.RequestBytes });
        farm.Fill();
        _ = farm.Wait(headerBytes: ClusterLine.RequestBytes);
        Assert.Equal(2 * ClusterLine.RequestBytes, farm.Line.WaitingBytes);

        var tooMuch = await farm.Wait(headerBytes: 1).WaitAsync(Patience);
        Assert.Equal(RefusalReason.LineFull, tooMuch.Reason);
        Assert.Equal(2 * ClusterLine.RequestBytes, farm.Line.WaitingBytes);
    }

    [Fact]
    public async Task A_request_whose_turn_would_come_too_late_is_refused_at_once_with_the_time_to_come_back()
    {
        using var farm = new Farm(limit: 1);
        // Each from its own client, so that turns are in order of arrival.
        for (ulong client = 1; client <= 100; client++)
            _ = farm.Wait(client, seconds: 600);
        await ServeTenPerSecond(farm, seconds: 4);

        // Ten per second, 61 waiting: a little over six seconds.
        var outcome = await farm.Wait(client: 999, seconds: 4).WaitAsync(Patience);
        Assert.Equal(RefusalReason.WaitTooLong, outcome.Reason);
        Assert.InRange(outcome.RetryAfterSeconds, 2, 3);
        Assert.False(farm.Wait(client: 998, seconds: 9).IsCompleted);
    }

    [Fact]
    public async Task A_line_that_just_began_or_a_farm_that_still_grows_refuses_no_one_by_estimate()
    {
        using var farm = new Farm(limit: 1);
        for (ulong client = 1; client <= 100; client++)
            _ = farm.Wait(client, seconds: 600);
        await ServeTenPerSecond(farm, seconds: 2);
        Assert.False(farm.Wait(client: 999, seconds: 1).IsCompleted);

        await ServeTenPerSecond(farm, seconds: 4);
        farm.Server().SetFarmLimit(1, ceiling: 100);
        Assert.False(farm.Wait(client: 998, seconds: 1).IsCompleted);
    }

    /// <summary>One slot, passed on every 100 ms.</summary>
    private static async Task ServeTenPerSecond(Farm farm, int seconds)
    {
        for (var i = 0; i < 10 * seconds; i++)
        {
            if (farm.Server().InFlight > 0)
                farm.Server().Release();
            farm.Clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
    }

    [Fact]
    public async Task No_server_that_takes_work_means_an_answer_at_once()
    {
        using var farm = new Farm();
        farm.Server().Mode = ServerMode.Maintenance;
        Assert.Equal(RefusalReason.NoServer, (await farm.Wait().WaitAsync(Patience)).Reason);
        farm.SetAvailable();
        Assert.Equal(RefusalReason.NoServer, (await farm.Wait().WaitAsync(Patience)).Reason);
    }

    [Fact]
    public async Task A_higher_limit_serves_the_line_at_once()
    {
        using var farm = new Farm(limit: 1);
        farm.Fill();
        var waiting = Enumerable.Range(0, 3).Select(_ => farm.Wait()).ToArray();

        farm.Server().SetFarmLimit(3);

        await Task.WhenAny(waiting).WaitAsync(Patience);
        Assert.Equal(3, farm.Server().InFlight);
        Assert.Equal(1, farm.Line.Waiting);
    }

    [Fact]
    public async Task A_server_that_comes_back_to_health_serves_the_line_within_a_tick()
    {
        using var farm = new Farm(servers: 2, limit: 10);
        farm.SetAvailable(farm.Destinations[0]);
        farm.Fill(1);
        var waiting = farm.Wait();

        farm.SetAvailable(farm.Destinations);
        farm.Clock.Advance(TimeSpan.FromMilliseconds(40));

        Assert.Same(farm.Server(2), (await waiting.WaitAsync(Patience)).Slot.Server);
        // Slow start: a tenth of ten.
        Assert.Equal(1, farm.Server(2).Limit);
    }

    [Fact]
    public async Task A_pinned_session_waits_for_its_own_server_only()
    {
        using var farm = new Farm(servers: 2);
        var own = farm.Fill(1);
        farm.Fill(2).Pop().Dispose();
        var pinned = farm.Wait(pinned: farm.Server(1));
        Assert.False(pinned.IsCompleted);

        own.Pop().Dispose();

        Assert.Same(farm.Server(1), (await pinned.WaitAsync(Patience)).Slot.Server);
    }

    [Fact]
    public async Task A_draining_server_serves_its_sessions_and_no_one_else()
    {
        using var farm = new Farm(servers: 2);
        farm.Server(1).Mode = ServerMode.Drain;
        var own = farm.Fill(1);
        farm.Fill(2);
        var anyone = farm.Wait();
        var session = farm.Wait(client: 2, pinned: farm.Server(1));

        own.Pop().Dispose();

        Assert.Same(farm.Server(1), (await session.WaitAsync(Patience)).Slot.Server);
        Assert.False(anyone.IsCompleted);
    }

    [Fact]
    public async Task A_retry_never_gets_the_server_that_failed_it_and_goes_before_newcomers()
    {
        using var farm = new Farm(servers: 2);
        var first = farm.Fill(1);
        var second = farm.Fill(2);
        var newcomer = farm.Wait(client: 7);
        var retry = farm.Wait(client: 8, avoid: farm.Server(1));

        first.Pop().Dispose();
        Assert.Same(farm.Server(1), (await newcomer.WaitAsync(Patience)).Slot.Server);
        Assert.False(retry.IsCompleted);
        _ = farm.Wait(client: 9);
        second.Pop().Dispose();

        Assert.Same(farm.Server(2), (await retry.WaitAsync(Patience)).Slot.Server);
    }

    [Fact]
    public async Task A_session_whose_server_is_taken_out_while_it_waits_is_judged_again()
    {
        using var farm = new Farm(servers: 2);
        farm.Fill(1);
        farm.Fill(2);
        var pinned = farm.Wait(pinned: farm.Server(1));
        farm.Server(1).Mode = ServerMode.Maintenance;
        farm.Clock.Advance(TimeSpan.FromMilliseconds(40));
        Assert.Equal(RefusalReason.JudgeAgain, (await pinned.WaitAsync(Patience)).Reason);

        var other = farm.Wait(pinned: farm.Server(2));
        farm.SetAvailable(farm.Destinations[0]);
        farm.Clock.Advance(TimeSpan.FromMilliseconds(40));
        Assert.Equal(RefusalReason.JudgeAgain, (await other.WaitAsync(Patience)).Reason);
        Assert.Equal(0, farm.Line.Waiting);
    }

    [Fact]
    public async Task Sessions_of_one_client_and_the_line_share_a_server_by_their_clients()
    {
        using var farm = new Farm();
        var slot = farm.Fill().Pop();
        var pinned = Enumerable.Range(0, 40).Select(_ => farm.Wait(client: 1, pinned: farm.Server())).ToList();
        var shared = Enumerable.Range(2, 9).Select(c => farm.Wait(client: (ulong)c)).ToList();
        for (var i = 0; i < 10; i++)
        {
            slot.Dispose();
            var done = await Task.WhenAny(pinned.Concat(shared)).WaitAsync(Patience);
            slot = (await done).Slot;
            pinned.Remove(done);
            shared.Remove(done);
        }

        // Ten clients, ten turns: one for the sticky one, the rest for the others.
        Assert.InRange(pinned.Count, 38, 39);
    }

    [Fact]
    public async Task Late_timers_do_not_stretch_the_wait()
    {
        using var farm = new Farm();
        farm.Fill();
        var waiting = farm.Wait(seconds: 2);
        farm.Clock.SkipTo(TimeSpan.FromSeconds(3));
        farm.Clock.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Equal(RefusalReason.WaitTimedOut, (await waiting.WaitAsync(Patience)).Reason);
    }

    [Fact]
    public async Task One_client_cannot_fill_the_line_against_others_by_class_or_by_session()
    {
        using var farm = new Farm(options: new AdmissionOptions { MaxLength = 20 });
        farm.Fill();
        for (var i = 0; i < 10; i++)
        {
            _ = farm.Wait(client: 1, priority: PriorityClass.High);
            _ = farm.Wait(client: 1, pinned: farm.Server());
        }

        Assert.Equal(RefusalReason.LineFull, (await farm.Wait(client: 1).WaitAsync(Patience)).Reason);
        Assert.False(farm.Wait(client: 2, priority: PriorityClass.Low).IsCompleted);
        Assert.Equal(20, farm.Line.Waiting);
    }

    [Fact]
    public async Task Clients_with_one_request_each_do_not_push_each_other_out()
    {
        using var farm = new Farm(options: new AdmissionOptions { MaxLength = 5 });
        farm.Fill();
        var first = Enumerable.Range(1, 5).Select(c => farm.Wait(client: (ulong)c)).ToList();
        Assert.Equal(RefusalReason.LineFull, (await farm.Wait(client: 9).WaitAsync(Patience)).Reason);
        Assert.All(first, t => Assert.False(t.IsCompleted));
    }

    [Fact]
    public async Task Members_may_come_and_go_while_others_wait_and_leave()
    {
        using var farm = new Farm(servers: 3, limit: 2);
        using var stop = new CancellationTokenSource();
        var changer = Task.Run(async () =>
        {
            for (var i = 0; !stop.IsCancellationRequested; i++)
            {
                farm.SetAvailable(i % 2 == 0 ? farm.Destinations : [farm.Destinations[0], farm.Destinations[1 + (i % 4 / 2)]]);
                farm.Clock.Advance(TimeSpan.FromMilliseconds(1));
                await Task.Yield();
            }
        });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(client => Task.Run(async () =>
        {
            for (var i = 0; i < 500; i++)
            {
                var outcome = await farm.Wait((ulong)client, seconds: 600).WaitAsync(TimeSpan.FromSeconds(60));
                if (outcome.Member is null)
                    continue;
                await Task.Yield();
                outcome.Slot.Dispose();
            }
        }))).WaitAsync(TimeSpan.FromSeconds(60));
        await stop.CancelAsync();
        await changer.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(0, farm.Directory.All.Sum(s => s.InFlight));
    }

    [Fact]
    public async Task Two_clusters_in_front_of_one_server_share_its_slots_in_turn()
    {
        using var farm = new Farm();
        using var other = new ClusterLine(
            farm.Cluster, new ClusterMembersSource(farm.Cluster, farm.Directory, farm.SlowStart), () => farm.Rules, farm.Clock);
        var slot = farm.Fill().Pop();
        var mine = Enumerable.Range(0, 10).Select(_ => farm.Wait()).ToList();
        var theirs = Enumerable.Range(0, 10).Select(_ => other.WaitAsync(
            new WaitRequest(1, PriorityClass.Normal, TimeSpan.FromSeconds(10), false, 0, null, null), default).AsTask()).ToList();

        for (var i = 0; i < 10; i++)
        {
            slot.Dispose();
            var done = await Task.WhenAny(mine.Concat(theirs)).WaitAsync(Patience);
            slot = (await done).Slot;
            mine.Remove(done);
            theirs.Remove(done);
        }

        Assert.InRange(mine.Count, 4, 6);
        Assert.InRange(theirs.Count, 4, 6);
        Assert.Equal(1, farm.Server().InFlight);
    }

    [Fact]
    public async Task Racing_takers_and_leavers_never_lose_or_invent_a_slot()
    {
        using var farm = new Farm(servers: 2, limit: 3);
        var served = 0;
        var most = 0;
        async Task Client(int seed)
        {
            var random = new Random(seed);
            for (var i = 0; i < 200; i++)
            {
                using var gone = new CancellationTokenSource();
                var waiting = farm.Wait(client: (ulong)seed % 7, aborted: gone.Token);
                if (random.Next(4) == 0)
                    await gone.CancelAsync();
                var outcome = await waiting.WaitAsync(TimeSpan.FromSeconds(60));
                if (outcome.Member is null)
                    continue;
                using var slot = outcome.Slot;
                InterlockedMax(ref most, outcome.Member.Slots.InFlight);
                Interlocked.Increment(ref served);
                await Task.Yield();
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 32).Select(seed => Task.Run(() => Client(seed))));

        Assert.InRange(most, 1, 3);
        Assert.True(served > 32 * 200 / 2);
        Assert.Equal(0, farm.Server(1).InFlight + farm.Server(2).InFlight);
        Assert.Equal(0, farm.Line.Waiting);
        Assert.Equal(0, farm.Line.WaitingBytes);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = target; seen < value;)
        {
            var before = Interlocked.CompareExchange(ref target, value, seen);
            if (before == seen)
                return;
            seen = before;
        }
    }
}
