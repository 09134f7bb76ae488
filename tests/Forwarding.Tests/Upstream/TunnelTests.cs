using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Weir.Forwarding.Tests.Buffering;

namespace Weir.Forwarding.Tests.Upstream;

public sealed class TunnelTests
{
    private const string Upgrade = "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: k\r\n\r\n";

    private const string Switch = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: a\r\n\r\n";

    [Fact]
    public async Task Bytes_go_both_ways_from_the_first_behind_the_head_on()
    {
        await using var server = Echo();
        await using var gateway = await TestGateway.StartAsync([server.Url], limit: 3);
        using var metrics = new MetricsOf(gateway.Services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());
        var client = await RawClient.ConnectAsync(gateway.Url);

        await client.SendAsync(Upgrade);
        var head = await client.ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
        Assert.Contains("\r\nUpgrade: websocket\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nSec-WebSocket-Accept: a\r\n", head, StringComparison.Ordinal);
        Assert.Equal("first", await client.ReadToAsync("first"));
        Assert.Equal(("Upgrade", "websocket", "k"), (server.Only["Connection"], server.Only["Upgrade"], server.Only["Sec-WebSocket-Key"]));
        var large = new string('y', 200_000) + "!";
        await client.SendAsync(large);
        Assert.Equal(large, await client.ReadToAsync("!"));
        Assert.Equal((1, 1L), (gateway.InFlight, metrics["weir.forwarding.tunnels"]));

        await client.DisposeAsync();

        await gateway.AssertNothingLeaksAsync();
        await TestGateway.UntilAsync(() => gateway.Server.Connections.Open == 0 && server.Open == 0);
        Assert.Equal(0, metrics["weir.forwarding.tunnels"]);
    }

    [Fact]
    public async Task A_server_that_closes_ends_the_client_too()
    {
        await using var server = new RecordingServer(async (_, connection) =>
        {
            await connection.SendAsync(Switch + "bye");
            return false;
        });
        await using var gateway = await TestGateway.StartAsync([server.Url]);
        await using var client = await RawClient.ConnectAsync(gateway.Url);

        await client.SendAsync(Upgrade);
        await client.ReadToAsync("bye");

        Assert.True(await client.IsClosedAsync());
        await gateway.AssertNothingLeaksAsync();
    }

    [Fact]
    public async Task An_upgrade_that_the_server_declines_is_an_ordinary_answer()
    {
        await using var server = RecordingServer.Answering("HTTP/1.1 426 Upgrade Required\r\nUpgrade: other\r\nConnection: Upgrade\r\nContent-Length: 2\r\n\r\nno");
        await using var gateway = await TestGateway.StartAsync([server.Url]);
        await using var client = await RawClient.ConnectAsync(gateway.Url);

        await client.SendAsync(Upgrade);
        var (head, body) = await client.ReadAnswerAsync();

        Assert.StartsWith("HTTP/1.1 426 ", head, StringComparison.Ordinal);
        Assert.Equal("no", Encoding.Latin1.GetString(body));
        await gateway.AssertNothingLeaksAsync();
    }

    [Fact]
    public async Task A_silent_tunnel_ends_after_its_time_and_a_busy_one_does_not()
    {
        await using var server = Echo();
        await using var gateway = await TestGateway.StartAsync([server.Url], forwarding: o => o.UpgradeIdleTimeout = TimeSpan.FromSeconds(4));
        await using var client = await RawClient.ConnectAsync(gateway.Url);
        await client.SendAsync(Upgrade);
        await client.ReadToAsync("first");
        for (var i = 0; i < 8; i++)
        {
            await client.SendAsync("!");
            await client.ReadToAsync("!");
            await Task.Delay(600);
        }

        Assert.True(await client.IsClosedAsync());
        await gateway.AssertNothingLeaksAsync();
    }

    [Fact]
    public async Task A_gateway_that_stops_gives_tunnels_their_time_and_then_ends_them()
    {
        await using var server = Echo();
        await using var gateway = await TestGateway.StartAsync([server.Url], forwarding: o => o.UpgradeDrainTimeout = TimeSpan.FromSeconds(3));
        await using var client = await RawClient.ConnectAsync(gateway.Url);
        await client.SendAsync(Upgrade);
        await client.ReadToAsync("first");

        var clock = System.Diagnostics.Stopwatch.StartNew();
        gateway.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await client.SendAsync("still!");
        Assert.Equal("still!", await client.ReadToAsync("!"));
        Assert.True(await client.IsClosedAsync());
        Assert.InRange(clock.Elapsed.TotalSeconds, 2.9, 20);
        await gateway.AssertNothingLeaksAsync();
    }

    private static RecordingServer Echo() => new(async (_, connection) =>
    {
        await connection.SendAsync(Switch + "first");
        await connection.Stream.CopyToAsync(connection.Stream, connection.Stop);
        return false;
    });
}
