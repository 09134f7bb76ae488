using System.Net.Sockets;
using Weir.Forwarding.Connections;
using Weir.Forwarding.Slots;
using Weir.Support;

namespace Weir.Forwarding.Tests.Connections;

public sealed class UpstreamPoolTests
{
    private static readonly ConnectionRules Rules = ConnectionRules.ForKeepAlive(TimeSpan.FromSeconds(5), 0, closesUnanswered: true);

    private readonly FakeTimeProvider _clock = new();
    private readonly ServerSlots _server = new("http://10.0.0.1:80", 2) { ConnectionRules = Rules };
    private readonly FakeConnector _connector = new(() => new FakeChannel(), loops: 2);
    private readonly UpstreamPool _pool;

    public UpstreamPoolTests()
    {
        _server.SetFarmLimit(2, openConnections: 2);
        _pool = Pool(UpstreamPoolKey.Plain);
    }

    private ConnectionGate Gate => _server.Connections;

    [Fact]
    public async Task What_is_given_back_serves_the_next_request_the_last_one_first()
    {
        var (one, two) = (await OpenAsync(), await OpenAsync());
        _pool.Return(one);
        _pool.Return(two);
        Assert.Equal((2, 2, 2), (_pool.Open, _pool.Idle, Gate.Open));

        Assert.Same(two, _pool.TryRent(0, mayRepeat: true));
        Assert.Same(one, _pool.TryRent(0, mayRepeat: true));
        Assert.Null(_pool.TryRent(0, mayRepeat: true));
        Assert.True(one.IsReused);
        Assert.Equal(2, _connector.Made.Count);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task What_may_not_be_sent_twice_takes_only_a_connection_just_used_where_the_server_may_close_unanswered(bool closesUnanswered, bool mustBeFresh)
    {
        _server.ConnectionRules = Rules with { ClosesUnanswered = closesUnanswered };
        _pool.Return(await OpenAsync());
        _clock.Advance(TimeSpan.FromMilliseconds(5));
        var justUsed = _pool.TryRent(0, mayRepeat: false);
        Assert.NotNull(justUsed);
        _pool.Return(justUsed);
        _clock.Advance(TimeSpan.FromMilliseconds(6));
        Assert.Equal(mustBeFresh, _pool.TryRent(0, mayRepeat: false) is null);
        Assert.Equal(mustBeFresh, _pool.TryRent(0, mayRepeat: true) is not null);
    }

    [Fact]
    public async Task A_server_that_closes_or_speaks_while_idle_loses_its_connection_at_once()
    {
        _pool.Return(await OpenAsync());
        _connector.Made[0].Vanish();
        Assert.Equal((0, 0, 0, true), (_pool.Open, _pool.Idle, Gate.Open, _connector.Made[0].IsClosed));
        Assert.Null(_pool.TryRent(0, mayRepeat: true));
    }

    [Fact]
    public async Task A_connection_closes_when_its_idle_time_is_over_and_never_serves_later()
    {
        _pool.Return(await OpenAsync());
        _clock.Advance(TimeSpan.FromSeconds(4));
        _pool.Sweep();
        Assert.Equal(1, _pool.Idle);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(_pool.TryRent(0, mayRepeat: true));
        Assert.True(_connector.Made[0].IsClosed);

        _pool.Return(await OpenAsync());
        _clock.Advance(TimeSpan.FromSeconds(5));
        _pool.Sweep();
        Assert.Equal((0, 0), (_pool.Idle, Gate.Open));
    }

    [Fact]
    public async Task A_connection_carries_as_many_requests_as_its_server_takes()
    {
        _server.ConnectionRules = Rules with { MaxRequests = 2 };
        var connection = await OpenAsync();
        _pool.Return(connection);
        Assert.Same(connection, _pool.TryRent(0, mayRepeat: true));
        _pool.Return(connection);
        Assert.Equal((0, 0, true), (_pool.Open, Gate.Open, _connector.Made[0].IsClosed));
    }

    [Fact]
    public async Task Without_idle_time_nothing_is_kept()
    {
        _server.ConnectionRules = Rules with { IdleTimeout = TimeSpan.Zero };
        _pool.Return(await OpenAsync());
        Assert.Equal(0, _pool.Open);
    }

    [Fact]
    public async Task A_bound_lowered_at_run_time_closes_idle_connections_above_it()
    {
        _server.SetFarmLimit(2, openConnections: 10);
        _server.SetFarmLimit(5, openConnections: 10);
        var all = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => OpenAsync()));
        foreach (var connection in all[1..])
            _pool.Return(connection);
        _clock.Advance(TimeSpan.FromMilliseconds(10));
        _pool.Sweep();
        Assert.Equal(5, Gate.Open);

        _server.SetFarmLimit(2, openConnections: 2);
        _pool.Sweep();

        Assert.Equal((2, 1), (Gate.Open, _pool.Idle));
    }

    [Fact]
    public async Task At_the_bound_the_idle_connection_of_another_loop_serves()
    {
        var one = await OpenAsync(loop: 0);
        await OpenAsync(loop: 0);
        _pool.Return(one);
        Assert.Null(_pool.TryRent(1, mayRepeat: true));

        Assert.Same(one, await _pool.RentAsync(1, mayRepeat: true, mustBeFresh: false, default));
        _pool.Return(one);
        Assert.Same(one, _pool.TryRent(0, mayRepeat: true));
        Assert.Equal((2, 2), (_connector.Made.Count, Gate.Open));
    }

    [Fact]
    public async Task At_the_bound_an_idle_connection_that_may_not_serve_gives_its_seat()
    {
        var one = await OpenAsync();
        await OpenAsync();
        _pool.Return(one);
        _clock.Advance(TimeSpan.FromSeconds(1));

        var fresh = await _pool.RentAsync(0, mayRepeat: false, mustBeFresh: false, default);

        Assert.NotSame(one, fresh);
        Assert.Equal((true, 2), (_connector.Made[0].IsClosed, Gate.Open));
    }

    [Fact]
    public async Task Two_ways_to_one_server_share_its_bound_and_the_idle_one_of_the_other_closes_to_make_room()
    {
        var other = Pool(new UpstreamPoolKey(IsTls: true, default, AcceptsAnyCertificate: true));
        _server.Pools = [_pool, other];
        var (one, two) = (await OpenAsync(), await OpenAsync());
        _pool.Return(one);
        _pool.Return(two);

        var third = await other.RentAsync(0, mayRepeat: true, mustBeFresh: false, default).AsTask().WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal((1, 1, 2), (_pool.Open, other.Open, Gate.Open));
        third.Close();
        Assert.Equal(1, Gate.Open);
    }

    [Fact]
    public async Task At_the_bound_with_none_idle_a_request_waits_for_the_next_that_ends()
    {
        var one = await OpenAsync();
        await OpenAsync();
        var third = _pool.RentAsync(0, mayRepeat: true, mustBeFresh: false, default).AsTask();
        Assert.False(third.IsCompleted);

        _pool.Return(one);

        await third.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal((2, 2, true), (_pool.Open, Gate.Open, _connector.Made[0].IsClosed));
    }

    [Fact]
    public async Task A_failed_attempt_gives_its_seat_back()
    {
        _connector.Refuses = true;
        await Assert.ThrowsAsync<SocketException>(OpenAsync);
        Assert.Equal((0, 0), (_pool.Open, Gate.Open));
    }

    [Fact]
    public async Task A_connection_past_its_deadline_closes_and_says_why()
    {
        var (late, early) = (await OpenAsync(), await OpenAsync());
        late.Deadline = _clock.GetTimestamp() + 10;
        early.Deadline = _clock.GetTimestamp() + TimeSpan.TicksPerMinute;
        _clock.Advance(TimeSpan.FromSeconds(1));
        _pool.Sweep();
        Assert.Equal((true, true, false, 1), (late.IsClosed, late.HasExpired, early.IsClosed, Gate.Open));
    }

    [Fact]
    public async Task A_retired_pool_keeps_nothing_idle_and_nothing_that_comes_back()
    {
        var (one, two) = (await OpenAsync(), await OpenAsync());
        _pool.Return(one);
        _pool.Retire();
        Assert.Equal(1, _pool.Open);
        _pool.Return(two);
        Assert.Equal((0, 0), (_pool.Open, Gate.Open));
    }

    private UpstreamPool Pool(UpstreamPoolKey key) =>
        new(_server, key, new UpstreamTarget(new Uri(_server.Address), null, () => TimeSpan.FromSeconds(5)), _connector, _clock);

    private Task<UpstreamConnection> OpenAsync() => OpenAsync(0);

    private Task<UpstreamConnection> OpenAsync(int loop) => _pool.RentAsync(loop, mayRepeat: true, mustBeFresh: true, default).AsTask();
}
