using Weir.Forwarding.Admission;

namespace Weir.Forwarding.Tests.Admission;

public sealed class NewestFirstRuleTests
{
    private const long Ms = TimeSpan.TicksPerMillisecond;
    private const long Target = 5000 * Ms;

    private const double Endless = double.MaxValue;

    private readonly Patience _patience = new(TimeSpan.TicksPerSecond);
    private readonly NewestFirstRule _rule;

    public NewestFirstRuleTests() => _rule = new NewestFirstRule(TimeSpan.TicksPerSecond, _patience);

    [Fact]
    public void A_head_younger_than_the_target_keeps_the_order()
    {
        _rule.Observe(4999 * Ms, 0, Target, Endless);
        _rule.Observe(4999 * Ms, 0, Target, Endless);
        Assert.False(_rule.IsOn);
    }

    [Fact]
    public void A_head_older_than_the_target_for_an_interval_turns_the_order()
    {
        _rule.Observe(5000 * Ms, 0, Target, Endless);
        _rule.Observe(5099 * Ms, 0, Target, Endless);
        Assert.False(_rule.IsOn);
        _rule.Observe(5100 * Ms, 0, Target, Endless);
        Assert.True(_rule.IsOn);
    }

    [Theory]
    [InlineData(6000, 5900)]
    [InlineData(6000, -1)]
    public void The_order_turns_back_once_the_line_is_young_or_empty(long now, long head)
    {
        _rule.Observe(5000 * Ms, 0, Target, Endless);
        _rule.Observe(5200 * Ms, 0, Target, Endless);
        _rule.Observe(now * Ms, head < 0 ? -1 : head * Ms, Target, Endless);
        Assert.False(_rule.IsOn);
    }

    [Fact]
    public void A_line_that_drains_within_the_target_keeps_the_order_however_old_its_head()
    {
        _rule.Observe(5000 * Ms, 0, Target, 4999 * Ms);
        _rule.Observe(6000 * Ms, 0, Target, 4999 * Ms);
        Assert.False(_rule.IsOn);
    }

    [Fact]
    public void Newest_first_ends_when_the_line_drains_clearly_within_the_target()
    {
        _rule.Observe(5000 * Ms, 0, Target, Endless);
        _rule.Observe(6000 * Ms, 0, Target, Endless);
        _rule.Observe(6100 * Ms, 0, Target, 4500 * Ms);
        Assert.True(_rule.IsOn);
        _rule.Observe(6200 * Ms, 0, Target, 3900 * Ms);
        Assert.False(_rule.IsOn);
    }

    [Fact]
    public void Clients_that_give_up_at_two_seconds_shorten_the_target_to_one()
    {
        for (var i = 0; i < 100; i++)
        {
            _patience.Served(100 * Ms);
            _patience.GaveUp(100 * Ms, 2000 * Ms);
        }

        var later = 2000 * Ms;
        _rule.Observe(later, later - (900 * Ms), Target, Endless);
        _rule.Observe(later + (150 * Ms), later - (750 * Ms), Target, Endless);
        Assert.False(_rule.IsOn);
        _rule.Observe(later, later - (1001 * Ms), Target, Endless);
        _rule.Observe(later + (150 * Ms), later - (1001 * Ms), Target, Endless);
        Assert.True(_rule.IsOn);
    }

    [Fact]
    public void A_few_impatient_clients_among_many_change_nothing()
    {
        for (var i = 0; i < 1000; i++)
            _patience.Served(100 * Ms);
        for (var i = 0; i < 10; i++)
            _patience.GaveUp(100 * Ms, 200 * Ms);
        _rule.Observe(2000 * Ms, 0, Target, Endless);
        _rule.Observe(2200 * Ms, 0, Target, Endless);
        Assert.False(_rule.IsOn);
    }

    [Fact]
    public void Clients_that_leave_at_once_cannot_turn_the_order_of_a_young_line()
    {
        for (var i = 0; i < 1000; i++)
            _patience.GaveUp(100 * Ms, 10 * Ms);
        _rule.Observe(1200 * Ms, 1000 * Ms, Target, Endless);
        _rule.Observe(1245 * Ms, 1000 * Ms, Target, Endless);
        Assert.False(_rule.IsOn);
    }

    [Fact]
    public void What_was_learned_fades_when_no_one_gives_up_any_more()
    {
        for (var i = 0; i < 100; i++)
            _patience.GaveUp(100 * Ms, 200 * Ms);
        _rule.Observe(1300 * Ms, 1000 * Ms, Target, Endless);
        _rule.Observe(1450 * Ms, 1000 * Ms, Target, Endless);
        Assert.True(_rule.IsOn);
        var later = 20_000 * Ms;
        _rule.Observe(later, later - (2000 * Ms), Target, Endless);
        _rule.Observe(later + (150 * Ms), later - (2000 * Ms), Target, Endless);
        Assert.False(_rule.IsOn);
    }
}
