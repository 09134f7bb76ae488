using Weir.Forwarding.Slots;
using Weir.Support;

namespace Weir.Forwarding.Tests.Slots;

public sealed class ServerSlotsTests
{
    private readonly ServerSlots _server = new("http://10.0.0.1:80", 10);

    [Fact]
    public void No_more_slots_are_given_than_the_limit_however_many_threads_ask()
    {
        var most = 0;
        Parallel.For(0, 20_000, _ =>
        {
            if (!_server.TryAcquire(out var slot))
                return;
            most = Math.Max(most, _server.InFlight);
            slot.Dispose();
        });
        Assert.InRange(most, 1, 10);
        Assert.Equal(0, _server.InFlight);
    }

    [Fact]
    public void A_slot_disposed_twice_is_given_back_once()
    {
        Assert.True(_server.TryAcquire(out var slot));
        slot.Dispose();
        slot.Dispose();
        Assert.Equal(0, _server.InFlight);
    }

    [Fact]
    public void Maintenance_takes_nothing_and_drain_takes_no_new_work()
    {
        _server.Mode = ServerMode.Drain;
        Assert.False(_server.HasRoom);
        Assert.True(_server.TryAcquire(out _));
        _server.Mode = ServerMode.Maintenance;
        Assert.Equal(0, _server.Limit);
        Assert.False(_server.TryAcquire(out _));
        _server.Mode = ServerMode.Ready;
        Assert.True(_server.HasRoom);
    }

    [Fact]
    public void A_lower_limit_lets_what_is_in_flight_finish()
    {
        var slots = Enumerable.Range(0, 10).Select(_ => { Assert.True(_server.TryAcquire(out var s)); return s; }).ToList();
        _server.SetFarmLimit(3);
        Assert.Equal(10, _server.InFlight);
        for (var i = 0; i < 7; i++)
            slots[i].Dispose();
        Assert.False(_server.TryAcquire(out _));
        slots[7].Dispose();
        Assert.True(_server.TryAcquire(out _));
    }

    [Fact]
    public void Slow_start_opens_slots_in_a_straight_line_from_a_tenth()
    {
        var clock = new FakeTimeProvider();
        using var slowStart = new SlowStart(() => TimeSpan.FromSeconds(10), clock);
        _server.SetFarmLimit(100);
        slowStart.Begin(_server);
        Assert.Equal(10, _server.Limit);
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.InRange(_server.Limit, 54, 56);
        clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(100, _server.Limit);
        Assert.Equal(1, _server.StartFraction);
    }

    [Theory]
    [InlineData("http://Example.ORG", "http://example.org:80")]
    [InlineData("https://example.org/path?x", "https://example.org:443")]
    [InlineData("http://[::1]:8080/", "http://[::1]:8080")]
    public void An_address_has_one_spelling(string address, string canonical)
    {
        Assert.Equal(canonical, ServerDirectory.Canonical(address));
        Assert.Equal(canonical, ServerDirectory.Canonical(canonical));
    }

    [Fact]
    public void The_directory_forgets_only_idle_servers_that_configuration_dropped()
    {
        var directory = new ServerDirectory();
        var busy = directory.GetOrAdd("http://a");
        directory.GetOrAdd("http://b");
        directory.GetOrAdd("http://c");
        Assert.True(busy.TryAcquire(out _));
        directory.Keep(new HashSet<string> { "http://c:80" });
        Assert.Equal(["http://a:80", "http://c:80"], directory.All.Select(s => s.Address).Order());
    }
}
