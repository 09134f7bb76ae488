using FsCheck;
using FsCheck.Fluent;
using Weir.Farm.Feed;

namespace Weir.Farm.Tests.Feed;

public sealed class ColdStartRampTests
{
    [Fact]
    public void A_grown_server_is_never_held_back()
    {
        var ramp = new ColdStartRamp();
        ramp.Observe(150, 149, 25);
        Assert.Equal(149, ramp.Open(TimeSpan.Zero, 0, 149, 25, 50));

        // Idle workers jump between pages; a few low ones are no sign of a cold server.
        foreach (var alive in new[] { 60, 150, 20, 140, 10, 10, 10, 10, 150 })
        {
            ramp.Observe(alive, 149, 25);
            Assert.Equal(149, ramp.Open(TimeSpan.Zero, 149, 149, 25, 50));
        }
    }

    [Fact]
    public void A_server_that_shrank_for_long_is_cold_again()
    {
        var ramp = new ColdStartRamp();
        ramp.Observe(150, 149, 1);
        for (var page = 0; page < ColdStartRamp.ShrunkPages; page++)
            ramp.Observe(10, 149, 1);

        Assert.InRange(ramp.Open(TimeSpan.Zero, 0, 149, 1, 5), 11, 40);
    }

    [Fact]
    public void Without_a_page_a_prefork_server_opens_within_ten_seconds_and_never_shuts()
    {
        var ramp = new ColdStartRamp();
        var before = 0;
        for (var ms = 0; ms <= 10_000; ms += 250)
        {
            var open = ramp.Open(TimeSpan.FromMilliseconds(ms), 0, 149, 1, 5);
            Assert.True(open >= before);
            before = open;
            if (ms == 0)
                Assert.InRange(open, 6, 10);
        }

        Assert.Equal(149, before);
        Assert.True(ramp.IsGrown);
    }

    [Theory]
    [InlineData(1, 5, 5, 10)]
    [InlineData(25, 50, 25, 6)]
    public void Under_load_the_ramp_leads_an_Apache_that_spawns_by_its_own_rule(int threads, int start, int minSpare, int seconds)
    {
        var apache = new SpawningApache(150, threads, start, minSpare);
        var ramp = new ColdStartRamp();
        var open = 0;
        for (var ms = 0; ms <= seconds * 1000; ms += 250)
        {
            var now = TimeSpan.FromMilliseconds(ms);
            if (ms % 1000 == 0 && ms > 0)
                apache.Maintain(open);
            if (ms % 500 == 0)
                ramp.Observe(apache.Alive, 149, threads);
            open = ramp.Open(now, open, 149, threads, start);
            Assert.InRange(open, Math.Min(149, apache.Alive - minSpare + 1), 149);
            Assert.True(open <= apache.Alive + (ColdStartRamp.MaxSpawnRate * threads * 2));
        }

        Assert.Equal(149, open);
        Assert.True(apache.Alive >= 149);
    }

    [Fact]
    public void A_server_that_nobody_asks_for_more_stays_where_its_page_is()
    {
        var ramp = new ColdStartRamp();
        for (var second = 0; second < 60; second++)
        {
            ramp.Observe(50, 149, 25);
            Assert.Equal(75, ramp.Open(TimeSpan.FromSeconds(second), 3, 149, 25, 50));
        }
    }

    [Fact]
    public void What_is_open_is_always_between_one_and_the_target()
    {
        Prop.ForAll<int, int, int>((alive, inFlight, target) =>
        {
            var slots = 1 + (int)((uint)target % 5000);
            var ramp = new ColdStartRamp();
            ramp.Observe((int)((uint)alive % 5000), slots, 25);
            var open = ramp.Open(TimeSpan.FromSeconds(3), (int)((uint)inFlight % 5000), slots, 25, 50);
            return open >= 1 && open <= slots;
        }).QuickCheckThrowOnFailure();
    }

    private sealed class SpawningApache(int max, int threads, int start, int minSpare)
    {
        private int _rate = 1;

        public int Alive { get; private set; } = start;

        public void Maintain(int busy)
        {
            if (Alive - Math.Min(busy, Alive) >= minSpare)
            {
                _rate = 1;
                return;
            }

            Alive = Math.Min(max, Alive + (_rate * threads));
            _rate = Math.Min(ColdStartRamp.MaxSpawnRate, _rate * 2);
        }
    }
}
