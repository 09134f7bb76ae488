using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Weir.Support;
using Weir.Support.Apache;
using Weir.Support.Load;

namespace Weir.Functional.Forwarding;

/// <summary>A hundred clients that hardly read, or hardly send, beside ordinary ones, in front of a real Apache with 50 workers.</summary>
public sealed class SlowClientsTests
{
    private const int Slow = 100;
    private const string Prefork50 = "StartServers 50\nMinSpareServers 50\nMaxSpareServers 51\nServerLimit 50\nMaxRequestWorkers 50";

    [Fact]
    public async Task Slow_readers_hold_no_worker()
    {
        await using var apache = await StartApacheAsync();
        await File.WriteAllBytesAsync(Path.Combine(apache.Root, "htdocs", "page", "4m"), new byte[4 << 20]);
        await using var gateway = await StartGatewayAsync(apache);
        var request = Encoding.ASCII.GetBytes("GET /page/4m HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

        await using var readers = await SlowSockets.OpenAsync(gateway, Slow, request);

        // Each has its 4 MB waiting for it, and Apache is done with all of them.
        await GatewayPages.UntilServerAsync(gateway, s => s.GetProperty("inFlight").GetInt32() == 0, "the slow readers' slots are free");
        await AssertOthersAreServedAsync(gateway);
        Assert.True(await GatewayPages.MetricAsync(gateway, "weir_buffering_file_bytes") + await GatewayPages.MetricAsync(gateway, "weir_buffering_memory_bytes") > 0);
        var read = await readers.ReadAsync(long.MaxValue);
        Assert.True(read.All(bytes => bytes > 4 << 20), $"{string.Join(' ', read)}\n{string.Join('\n', gateway.Log)}");
        await readers.DisposeAsync();
        await GatewayPages.UntilServerAsync(gateway, s => s.GetProperty("inFlight").GetInt32() == 0, "no slot leaks");
    }

    [Fact]
    public async Task Slow_uploaders_hold_no_worker()
    {
        await using var apache = await StartApacheAsync();
        await using var gateway = await StartGatewayAsync(apache);
        var head = Encoding.ASCII.GetBytes("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n");

        await using var uploaders = await SlowSockets.OpenAsync(gateway, Slow, [.. head, .. new byte[1000]]);

        await AssertOthersAreServedAsync(gateway);
        await GatewayPages.UntilServerAsync(gateway, s => s.GetProperty("inFlight").GetInt32() == 0, "the slow uploaders hold no slot");
        await uploaders.SendAsync(new byte[199_000]);
        Assert.All(await uploaders.ReadAsync(100), bytes => Assert.True(bytes >= 100));
    }

    private static async Task AssertOthersAreServedAsync(GatewayProcess gateway)
    {
        var result = await LoadClient.RunAsync(new LoadOptions
        {
            Target = gateway.EndPoint,
            Connections = 40,
            Path = "/slow?ms=20",
            Timeout = TimeSpan.FromSeconds(30),
            Duration = TimeSpan.FromSeconds(5),
        });
        Assert.True(result is { Failed: 0, Ok: >= 40 }, result + "\n" + string.Join('\n', gateway.Log));
    }

    private static Task<ApacheServer> StartApacheAsync() => ApacheServer.StartAsync(new ApacheOptions { Mpm = "prefork", MpmBlock = Prefork50 });

    private static Task<GatewayProcess> StartGatewayAsync(ApacheServer apache) => GatewayProcess.StartAsync(GatewayProcess.InFrontOf(
        [apache.Url],
        (JsonObject)JsonNode.Parse($$"""{ "Farm": { "Servers": [ { "Address": "{{apache.Url}}", "MaxRequestWorkers": 50, "Mpm": "Prefork" } ], "ColdStart": { "Enabled": false } } }""")!));

    /// <summary>Connections that have sent something and read nothing yet.</summary>
    private sealed class SlowSockets : IAsyncDisposable
    {
        private readonly List<Socket> _sockets = [];

        public static async Task<SlowSockets> OpenAsync(GatewayProcess gateway, int count, byte[] first)
        {
            var all = new SlowSockets();
            for (var i = 0; i < count; i++)
            {
                // A small window: what the kernel holds for a client must not pass for the client's reading.
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
                all._sockets.Add(socket);
                await socket.ConnectAsync(gateway.EndPoint);
                await socket.SendAsync(first);
            }

            return all;
        }

        public Task SendAsync(byte[] bytes) => Task.WhenAll(_sockets.Select(async s =>
        {
            for (var sent = 0; sent < bytes.Length;)
                sent += await s.SendAsync(bytes.AsMemory(sent));
        }));

        /// <summary>Reads until each has at least so many bytes, or its end.</summary>
        public Task<long[]> ReadAsync(long atLeast) => Task.WhenAll(_sockets.Select(async s =>
        {
            var buffer = new byte[64 << 10];
            var total = 0L;
            using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            while (total < atLeast && await s.ReceiveAsync(buffer, timeout.Token) is > 0 and var received)
                total += received;
            return total;
        }));

        public ValueTask DisposeAsync()
        {
            _sockets.ForEach(s => s.Dispose());
            return default;
        }
    }
}
