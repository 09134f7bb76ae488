using Weir.Farm.Feed;

namespace Weir.Farm.Tests.Feed;

public sealed class ForeignLoadTests
{
    // Busy - 1 - ours of an event server with 150 workers under a closed loop of ours, as pages showed it.
    [Theory]
    [InlineData(new[] { 0, 0, 0, -3, 0, 1, 0, 0, -12, 0 })]
    [InlineData(new[] { 2, 1, 0, 2, 2, 1, 2, 2, 0, 2 })]
    [InlineData(new[] { 0, 41, 3, 0, 28, 17, 1, 60, 44, 0 })]
    public void Noise_of_our_own_requests_is_never_foreign(int[] samples)
    {
        var load = new ForeignLoad();
        foreach (var sample in samples)
        {
            load.Observe(sample, 150, 3);
            Assert.Equal(0, load.Workers);
        }
    }

    [Fact]
    public void Traffic_that_lasts_counts_after_the_window_and_ends_with_the_first_page_without_it()
    {
        var load = new ForeignLoad();
        load.Observe(60, 150, 3);
        load.Observe(62, 150, 3);
        Assert.Equal(0, load.Workers);
        load.Observe(61, 150, 3);
        Assert.Equal(60, load.Workers);
        load.Observe(0, 150, 3);
        Assert.Equal(0, load.Workers);
    }

    [Fact]
    public void A_small_move_of_foreign_traffic_does_not_move_the_value_in_force()
    {
        var load = new ForeignLoad();
        var changes = 0;
        var last = -1;
        int[] samples = [60, 62, 61, 63, 66, 64, 62, 61, 65, 60, 58, 61, 63];
        foreach (var sample in samples)
        {
            load.Observe(sample, 150, 3);
            changes += load.Workers == last ? 0 : 1;
            last = load.Workers;
        }

        Assert.Equal(2, changes);
    }
}
