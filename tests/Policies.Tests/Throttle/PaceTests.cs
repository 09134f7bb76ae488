using Weir.Policies.Throttle.Bandwidth;
using Weir.Support;

namespace Weir.Policies.Tests.Throttle;

public sealed class PaceTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void The_first_bytes_are_free_and_the_rest_is_due_at_the_bandwidth()
    {
        var pace = new Pace(1000, 500, _clock);
        Assert.Equal(TimeSpan.Zero, pace.Sent(500));
        Assert.Equal(TimeSpan.FromSeconds(1), pace.Sent(1000));
        Assert.Equal(TimeSpan.FromSeconds(2), pace.Sent(1000));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(1), pace.Left());
        Assert.Equal(TimeSpan.FromSeconds(1), pace.Sent(0));
    }

    [Fact]
    public void A_pause_of_the_server_earns_no_burst()
    {
        var pace = new Pace(1000, 0, _clock);
        pace.Sent(100);
        _clock.Advance(TimeSpan.FromMinutes(5));
        // Five minutes of silence would have paid for 300,000 bytes; 100 ms of it count.
        Assert.Equal(9.9, pace.Sent(10_000).TotalSeconds, 3);
    }

    [Fact]
    public void Small_pieces_with_timers_that_end_late_keep_the_bandwidth()
    {
        var pace = new Pace(100_000, 0, _clock);
        var start = _clock.GetTimestamp();
        for (var i = 0; i < 1000; i++)
        {
            // Each timer ends 10 ms late.
            if (pace.Sent(1000) is var wait && wait > TimeSpan.Zero)
                _clock.Advance(wait + TimeSpan.FromMilliseconds(10));
        }

        Assert.InRange(_clock.GetElapsedTime(start).TotalSeconds, 9.8, 10.3);
    }
}
