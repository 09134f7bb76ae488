using Weir.Farm.Readers.Status;

namespace Weir.Farm.Tests.Readers;

public sealed class StatusRatesTests
{
    private static readonly ServerStatus First = new() { Busy = 1, Idle = 1, UptimeSeconds = 10, TotalAccesses = 100, TotalDurationMs = 1000 };

    [Fact]
    public void Differences_give_arrival_rate_without_the_question_itself_and_mean_service_time()
    {
        var rates = StatusRates.Between(First, First with { UptimeSeconds = 12, TotalAccesses = 301, TotalDurationMs = 21_100 }, TimeSpan.FromSeconds(2));

        Assert.Equal(100, rates!.Value.ArrivalPerSecond);
        Assert.Equal(100, rates.Value.MeanServiceTime!.Value.TotalMilliseconds);
    }

    [Fact]
    public void Counters_that_start_again_give_no_rates()
    {
        Assert.Null(StatusRates.Between(First, First with { TotalAccesses = 5 }, TimeSpan.FromSeconds(2)));
        Assert.Null(StatusRates.Between(First, First with { UptimeSeconds = 1, TotalAccesses = 500 }, TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public void Without_ExtendedStatus_there_are_no_rates() =>
        Assert.Null(StatusRates.Between(First with { TotalAccesses = null }, First, TimeSpan.FromSeconds(2)));
}
