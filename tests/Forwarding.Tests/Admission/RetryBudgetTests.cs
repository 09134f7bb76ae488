using Weir.Forwarding.Admission;
using Weir.Support;

namespace Weir.Forwarding.Tests.Admission;

public sealed class RetryBudgetTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Retries_stay_within_their_share_of_the_last_ten_seconds()
    {
        var budget = new RetryBudget(_clock);
        for (var i = 0; i < 100; i++)
            budget.Request();
        Assert.Equal(RetryBudget.Always + 20, TakeAll(budget, 0.2));

        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(0, TakeAll(budget, 0.2));
        _clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(RetryBudget.Always, TakeAll(budget, 0.2));
    }

    [Fact]
    public void A_share_of_zero_allows_none() => Assert.Equal(0, TakeAll(new RetryBudget(_clock), 0));

    private static int TakeAll(RetryBudget budget, double share)
    {
        var taken = 0;
        while (taken < 1000 && budget.TryTake(share))
            taken++;
        return taken;
    }
}
