using System.Net;
using System.Net.Sockets;
using Weir.Support.Apache;

namespace Weir.Functional.Edge;

/// <summary>HTTP/2 streams that are opened and reset at once (CVE-2023-44487), on a listener that speaks HTTP/2 without TLS.</summary>
[Collection(EdgeCollection.Name)]
public sealed class RapidResetTests
{
    private const int ManyStreams = 10_000;

    // Settings, then each stream: headers (GET http / of "a", all from HPACK's static table but :authority) and RST_STREAM with CANCEL.
    private static readonly byte[] Preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0];
    private static readonly byte[] HeaderBlock = [0x82, 0x86, 0x84, 0x01, 0x01, (byte)'a'];

    [Fact]
    public async Task Streams_that_are_reset_at_once_leave_nothing_behind_and_others_are_served()
    {
        var (site, http2) = await StartAsync();
        await using var _ = site;
        var attacks = Enumerable.Range(0, 4).Select(_ => ResetAsync(http2, ManyStreams)).ToArray();
        await site.AssertGoodIsServedAsync();

        var sent = await Task.WhenAll(attacks);

        TestContext.Current.TestOutputHelper?.WriteLine($"streams sent: {string.Join(' ', sent)}");
        await site.AssertGoodIsServedAsync();
        await site.UntilAsync(
            async () => await site.MetricAsync("weir_server_in_flight") <= 1 && await site.MetricAsync("weir_admission_waiting") == 0 && await site.MetricAsync("http_server_active_requests") <= 2,
            "nothing of the attack is left");
        site.AssertGrewByAtMost(150);
    }

    [Fact]
    public async Task A_rule_and_a_jail_ban_who_goes_on_resetting()
    {
        var (site, http2) = await StartAsync("""
            {
              "Throttle": { "Enabled": true, "PageCount": 0, "SiteCount": 0, "Rules": [ { "Name": "all", "RequestsPerSecond": 200, "Burst": 200 } ] },
              "Jail": { "StateFile": "", "Jails": { "floods": { "Offences": ["Throttle"], "MaxRetry": 20, "BanTime": "01:00:00" } } }
            }
            """);
        await using var _ = site;

        // Most streams end before they are a request, so one connection may not be enough.
        await site.UntilAsync(
            async () =>
            {
                await ResetAsync(http2, ManyStreams);
                return await site.MetricAsync("weir_jail_bans") == 1;
            },
            "the attacker is banned");
        Assert.Equal(0, await Wire.StatusAsync(site.Gateway.EndPoint, Site.Attacker, Wire.Page));
        await site.AssertGoodIsServedAsync();
        Assert.Equal(1, await site.MetricAsync("weir_jail_bans"));
        site.AssertGrewByAtMost(100);
    }

    private static async Task<(Site Site, IPEndPoint Http2)> StartAsync(string? weir = null)
    {
        var port = ApacheServer.FreePort();
        var site = await Site.StartAsync(weir, $$"""
            { "Endpoints": { "Http": { "Url": "http://127.0.0.1:{{ApacheServer.FreePort()}}" }, "Http2": { "Url": "http://127.0.0.1:{{port}}", "Protocols": "Http2" } } }
            """);
        return (site, new IPEndPoint(IPAddress.Loopback, port));
    }

    /// <summary>Opens and resets streams until the gateway closes the connection, or so many were sent. A minute at most.</summary>
    /// <returns>How many it took.</returns>
    private static async Task<int> ResetAsync(IPEndPoint target, int most)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(Site.Attacker, 0));
        try
        {
            await socket.ConnectAsync(target, limit.Token);
            await socket.SendAsync(Preface, limit.Token);
        }
        catch (SocketException)
        {
            return 0;
        }

        var reading = DrainAsync(socket, limit.Token);
        var sent = 0;
        try
        {
            while (sent < most && !reading.IsCompleted)
            {
                var batch = new List<byte>();
                for (var i = 0; i < 50; i++)
                {
                    var stream = 2 * sent++ + 1;
                    byte[] id = [(byte)(stream >> 24), (byte)(stream >> 16), (byte)(stream >> 8), (byte)stream];
                    batch.AddRange([0, 0, (byte)HeaderBlock.Length, 1, 5, .. id, .. HeaderBlock, 0, 0, 4, 3, 0, .. id, 0, 0, 0, 8]);
                }

                await socket.SendAsync(batch.ToArray(), limit.Token);
            }
        }
        catch (SocketException)
        {
            // Closed by the gateway.
        }

        return sent;
    }

    private static async Task DrainAsync(Socket socket, CancellationToken cancel)
    {
        var buffer = new byte[16384];
        try
        {
            while (await socket.ReceiveAsync(buffer, cancel) > 0)
            {
                // Settings, acknowledgements, GOAWAY.
            }
        }
        catch (SocketException)
        {
            // Reset.
        }
    }
}
