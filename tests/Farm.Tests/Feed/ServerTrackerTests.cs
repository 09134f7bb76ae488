using Weir.Farm.Feed;
using Weir.Farm.Model;
using Weir.Farm.Readers.Status;

namespace Weir.Farm.Tests.Feed;

public sealed class ServerTrackerTests
{
    private readonly FarmOptions _options = new();
    private readonly ServerTracker _tracker = new("http://10.0.0.1:80");
    private TimeSpan _now;

    [Fact]
    public void Before_the_first_page_the_default_holds()
    {
        var reading = Read();

        Assert.Equal((149, LimitSource.Default, ReadingState.Never), (reading.Limit, reading.Source, reading.State));
    }

    [Fact]
    public void A_closed_loop_of_ours_leaves_the_limit_exactly_at_workers_less_reserve()
    {
        var random = new Random(4711);
        for (var page = 0; page < 200; page++)
        {
            // Apache is busy with our 149 and the page; some just ended and some have not reached it yet.
            Answer(150 - random.Next(0, 9), 0, inFlight: 149 - random.Next(0, 5));
            var reading = Read(149);
            Assert.Equal((149, 0), (reading.Limit, reading.Foreign));
        }
    }

    [Fact]
    public void Foreign_workers_lower_our_share_and_it_comes_back()
    {
        for (var page = 0; page < 3; page++)
            Answer(71, 79, inFlight: 10);
        Assert.Equal((89, 60), (Read().Limit, Read().Foreign));
        Assert.Equal("the scoreboard shows 150 workers, 1 kept free, 60 busy with requests that are not ours: 89", Read().Reason);

        Answer(11, 139, inFlight: 10);
        Assert.Equal(149, Read().Limit);
    }

    [Fact]
    public void However_much_is_foreign_one_slot_stays()
    {
        for (var page = 0; page < 3; page++)
            Answer(150, 0, inFlight: 0);

        Assert.Equal(1, Read().Limit);
    }

    [Fact]
    public void Silence_keeps_the_last_limit_and_turns_stale_after_three_questions()
    {
        Answer(1, 149, 0, workers: 200);
        _tracker.Failed("no answer");
        Assert.Equal((199, ReadingState.Fresh), (Read().Limit, Read().State));
        _tracker.Failed("no answer");
        _tracker.Failed("no answer");
        Assert.Equal((199, ReadingState.Stale, "no answer"), (Read().Limit, Read().State, Read().LastError));
    }

    [Fact]
    public void A_graceful_restart_neither_changes_the_limit_nor_makes_the_server_cold()
    {
        Answer(150, 0, 149);
        for (var page = 0; page < 10; page++)
        {
            _tracker.Answered(
                new ServerStatus { Mpm = Mpm.Event, Busy = 1, Idle = 24, Stopping = 5, UptimeSeconds = 500 + page, Scoreboard = new Scoreboard { Length = 300, Finishing = 120 } },
                new OwnLoad(149, 0), _now, default, _options);
            Assert.Equal((149, 149), (Read(149).Limit, Read(149).OpenSlots));
        }
    }

    [Fact]
    public void A_full_restart_is_cold()
    {
        Answer(150, 0, 149, uptime: 5000);
        Answer(10, 40, 9, uptime: 1);

        Assert.Equal(149, Read().Limit);
        Assert.InRange(Read().OpenSlots, 50, 100);
    }

    [Fact]
    public void Idle_connections_of_ours_hold_workers_on_prefork_and_are_not_foreign()
    {
        for (var page = 0; page < 5; page++)
            Answer(100, 50, inFlight: 10, connections: 99, mpm: Mpm.Prefork);

        Assert.Equal(0, Read().Foreign);
    }

    [Fact]
    public void What_other_gateways_may_use_is_not_foreign()
    {
        _options.Gateways = 2;
        for (var page = 0; page < 5; page++)
            Answer(150, 0, inFlight: 74);

        Assert.Equal((74, 0), (Read().Limit, Read().Foreign));
    }

    [Fact]
    public void Without_the_ramp_all_slots_are_open_at_once()
    {
        _options.ColdStart.Enabled = false;

        Assert.Equal(149, Read().OpenSlots);
    }

    private FarmReading Read(int inFlight = 0) => _tracker.Read(_now, inFlight, _options);

    private void Answer(int busy, int idle, int inFlight, int connections = 0, int workers = 150, Mpm mpm = Mpm.Event, long uptime = 500)
    {
        _now += TimeSpan.FromSeconds(2);
        var page = new ServerStatus { Mpm = mpm, Busy = busy, Idle = idle, UptimeSeconds = uptime, Scoreboard = new Scoreboard { Length = workers } };
        _tracker.Answered(page, new OwnLoad(inFlight, connections), _now, default, _options);
    }
}
