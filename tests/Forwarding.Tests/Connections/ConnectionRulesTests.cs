using Weir.Forwarding.Connections;

namespace Weir.Forwarding.Tests.Connections;

public sealed class ConnectionRulesTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.5, 0)]
    [InlineData(1, 0)]
    [InlineData(1.5, 0.5)]
    [InlineData(2, 1)]
    [InlineData(5, 4)]
    [InlineData(10, 8)]
    [InlineData(100, 80)]
    public void Idle_connections_close_a_second_or_a_fifth_before_their_server_closes_them(double keepAliveSeconds, double idleSeconds) =>
        Assert.Equal(
            TimeSpan.FromSeconds(idleSeconds),
            ConnectionRules.ForKeepAlive(TimeSpan.FromSeconds(keepAliveSeconds), 0, closesUnanswered: false).IdleTimeout);

    [Fact]
    public void About_an_unknown_server_the_worst_is_assumed() =>
        Assert.Equal(
            new ConnectionRules(TimeSpan.FromSeconds(4), 0, ClosesUnanswered: true, TimeSpan.FromMilliseconds(5)), ConnectionRules.Unknown);
}
