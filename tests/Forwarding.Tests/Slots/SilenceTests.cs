using System.Diagnostics;
using Weir.Forwarding.Slots;

namespace Weir.Forwarding.Tests.Slots;

public sealed class SilenceTests
{
    private readonly Silence _silence = new();

    private static long At(double seconds) => (long)(seconds * Stopwatch.Frequency);

    [Fact]
    public void A_server_that_never_answered_is_silent() => Assert.True(_silence.CoversHalf(At(1), At(2)));

    [Theory]
    [InlineData(10.4, true)]
    [InlineData(10.6, false)]
    public void A_pause_that_lasts_counts_from_the_last_answer(double lastAnswer, bool isSilent)
    {
        _silence.Ended(At(lastAnswer));
        Assert.Equal(isSilent, _silence.CoversHalf(At(10), At(11)));
    }

    // Stopped from second 10 to 12; the request was sent meanwhile, and its second is over after the server went on.
    [Theory]
    [InlineData(11.4, 12.4, true)]
    [InlineData(11.6, 12.6, false)]
    [InlineData(12.1, 13.1, false)]
    public void A_pause_that_ended_just_now_still_explains_a_timeout(double sent, double timedOut, bool isSilent)
    {
        _silence.Ended(At(10));
        for (var time = 12.0; time <= timedOut; time += 0.02)
            _silence.Ended(At(time));
        Assert.Equal(isSilent, _silence.CoversHalf(At(sent), At(timedOut)));
    }

    [Fact]
    public void A_shorter_pause_counts_beside_a_longer_one_before_it()
    {
        foreach (var time in (double[])[10, 12, 12.5, 14.9, 15.1, 16.6])
            _silence.Ended(At(time));
        Assert.True(_silence.CoversHalf(At(15.2), At(16.7)));
        Assert.True(_silence.CoversHalf(At(12.5), At(16.7)));
        Assert.False(_silence.CoversHalf(At(10), At(16.7)));
    }

    [Fact]
    public void A_server_that_answers_others_all_the_time_is_slow_and_not_silent()
    {
        for (var time = 1.0; time < 5; time += 0.1)
            _silence.Ended(At(time));
        Assert.False(_silence.CoversHalf(At(3), At(5)));
    }
}
