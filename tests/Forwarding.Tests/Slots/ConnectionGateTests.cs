using Weir.Forwarding.Slots;

namespace Weir.Forwarding.Tests.Slots;

public sealed class ConnectionGateTests
{
    private readonly ServerSlots _server = new("http://10.0.0.1:80", 2);

    public ConnectionGateTests() => _server.SetFarmLimit(2, openConnections: 2);

    private ConnectionGate Gate => _server.Connections;

    [Fact]
    public async Task A_connection_above_the_bound_waits_for_one_to_close()
    {
        await Gate.EnterAsync(default);
        await Gate.EnterAsync(default);
        var third = Gate.EnterAsync(default).AsTask();
        Assert.False(third.IsCompleted);
        Assert.Equal(2, Gate.Open);

        Gate.Leave();

        await third.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(2, Gate.Open);
    }

    [Fact]
    public async Task As_many_connections_as_slots_are_always_allowed()
    {
        _server.SetFarmLimit(5, openConnections: 2);
        for (var i = 0; i < 5; i++)
            await Gate.EnterAsync(default).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.False(Gate.EnterAsync(default).AsTask().IsCompleted);
    }

    [Fact]
    public async Task A_cancelled_attempt_leaves_no_trace()
    {
        await Gate.EnterAsync(default);
        await Gate.EnterAsync(default);
        using var cancel = new CancellationTokenSource();
        var third = Gate.EnterAsync(cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        Gate.Leave();
        Gate.Leave();
        Assert.Equal(0, Gate.Open);
    }

    [Fact]
    public async Task Attempts_that_wait_are_bounded()
    {
        await Gate.EnterAsync(default);
        await Gate.EnterAsync(default);
        var waiting = Enumerable.Range(0, ConnectionGate.MaxWaiting).Select(_ => Gate.EnterAsync(default).AsTask()).ToList();
        await Assert.ThrowsAsync<ConnectionGateException>(() => Gate.EnterAsync(default).AsTask());
        Assert.All(waiting, t => Assert.False(t.IsCompleted));
    }
}
