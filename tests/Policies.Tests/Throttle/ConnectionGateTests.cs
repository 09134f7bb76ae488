using System.Net;
using Weir.Policies.Contracts;
using Weir.Policies.Throttle.Connections;

namespace Weir.Policies.Tests.Throttle;

public sealed class ConnectionGateTests
{
    [Fact]
    public async Task The_end_of_a_connection_that_found_no_room_takes_nothing_from_those_that_did()
    {
        await using var server = await ThrottleServer.StartAsync(o => o.Connections = new() { PerAddress = 2 });
        var gate = (ThrottleConnectionGate)server.Get<IConnectionGate>();
        // More clients than there are entries: some sets are full, and who belongs to one is let in uncounted.
        var uncounted = new List<ulong>();
        var counted = new List<ulong>();
        for (var key = 1UL; key <= 150_000; key++)
            (gate.Open(IPAddress.Loopback, key, isDirect: true) == GateAnswer.Counted ? counted : uncounted).Add(key);
        Assert.NotEmpty(uncounted);
        Assert.True(counted.Count <= 1 << 16);

        // The others go: there is room, and the client that was not counted opens a second connection, which is.
        foreach (var key in counted)
            gate.Closed(key);
        var late = uncounted[0];
        Assert.Equal(GateAnswer.Counted, gate.Open(IPAddress.Loopback, late, isDirect: true));
        // The first one ends. Its guard was told Passed and tells the gate nothing: one is still open.
        Assert.Equal(1U, gate.Inside(late));
        Assert.Equal(GateAnswer.Counted, gate.Open(IPAddress.Loopback, late, isDirect: true));
        Assert.Equal(GateAnswer.Refused, gate.Open(IPAddress.Loopback, late, isDirect: true));
    }

    [Fact]
    public async Task What_is_reported_says_whether_the_client_is_the_peer()
    {
        await using var server = await ThrottleServer.StartAsync(o => o.Connections = new() { PerAddress = 1 });
        var gate = server.Get<IConnectionGate>();
        foreach (var isDirect in new[] { true, true, false })
            gate.Open(IPAddress.Parse("192.0.2.1"), 1, isDirect);
        Assert.Equal(["192.0.2.1 True Throttle throttled_connections", "192.0.2.1 False Throttle throttled_connections"], server.Offences.Seen);
    }
}
