using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Weir.Bench.Measure;
using Weir.Bench.Paths;
using Weir.Support.Apache;
using Weir.Support.Load;

namespace Weir.Bench;

/// <summary>What a hundred slow readers and a hundred slow uploaders cost the others.</summary>
internal sealed class SlowClientsBench : IBench
{
    private const int Workers = 60;

    public string Name => "slow-clients";

    public string Summary => "goodput of a prefork Apache with 60 workers, without and with 100 slow readers and 100 slow uploaders";

    public string Options => """
          --seconds 8         length of each half of a round
          --rounds 3          rounds, alternating which half comes first
          --slow 100          slow readers, and as many slow uploaders
          --write             put the table into docs/benchmarks.md
        """;

    public async Task<int> RunAsync(BenchArguments arguments, CancellationToken stop)
    {
        var seconds = arguments.Number("seconds", 8);
        var slow = arguments.Number("slow", 100);
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions
        {
            Mpm = "prefork",
            MpmBlock = $"StartServers {Workers}\nMinSpareServers {Workers}\nMaxSpareServers {Workers + 1}\nServerLimit {Workers}\nMaxRequestWorkers {Workers}",
        });
        await File.WriteAllBytesAsync(Path.Combine(apache.Root, "htdocs", "page", "4m"), new byte[4 << 20], stop);
        await using var weir = await WeirPath.StartAsync([apache.Port], (JsonObject)JsonNode.Parse($$"""
            { "Farm": { "ColdStart": { "Enabled": false }, "Servers": [ { "Address": "{{apache.Url}}", "MaxRequestWorkers": {{Workers}}, "Mpm": "Prefork" } ] } }
            """)!);
        var table = new Table("round", "good/s without", "good/s with", "ratio", "failed");
        var ratios = new List<double>();
        for (var round = 0; round < arguments.Number("rounds", 3); round++)
        {
            var without = await LoadAsync(weir, seconds, stop);
            LoadResult with;
            await using (var clients = new SlowCrowd(weir.EndPoint, slow))
            {
                await Task.Delay(TimeSpan.FromSeconds(2), stop);
                with = await LoadAsync(weir, seconds, stop);
            }

            ratios.Add(with.SteadyPerSecond / without.SteadyPerSecond);
            table.Add($"{round + 1}", $"{without.SteadyPerSecond:F0}", $"{with.SteadyPerSecond:F0}", $"{ratios[^1]:F3}", $"{without.Failed + with.Failed}");
        }

        ratios.Sort();
        var text = $"""
            ## Slow clients

            100 ordinary clients on a 50 ms handler of a prefork Apache with {Workers} workers; {slow} readers that take 4 KB of a 4 MB page every 100 ms and
            {slow} uploaders that send 2 KB of 2 MB every 100 ms beside them. Median ratio {ratios[ratios.Count / 2]:F3}.

            {table}
            {MachineFacts.Describe()}.
            Again: `make bench BENCH="slow-clients --write"`.
            """;
        Console.WriteLine(text);
        if (arguments.Flag("write"))
            ReportFile.Write(Name, text);
        return 0;
    }

    private static Task<LoadResult> LoadAsync(WeirPath weir, int seconds, CancellationToken stop) => LoadClient.RunAsync(
        new LoadOptions
        {
            Target = weir.EndPoint,
            Connections = 100,
            Path = "/slow?ms=50",
            Timeout = TimeSpan.FromSeconds(20),
            Duration = TimeSpan.FromSeconds(seconds),
            WarmUp = TimeSpan.FromSeconds(1),
        },
        stop);

    /// <summary>Clients that hardly read and hardly send, until disposed of.</summary>
    private sealed class SlowCrowd : IAsyncDisposable
    {
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _all;

        public SlowCrowd(IPEndPoint gateway, int each) =>
            _all = Task.WhenAll(Enumerable.Range(0, 2 * each).Select(i => Task.Run(() => i < each ? ReadAsync(gateway) : SendAsync(gateway))));

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _all;
            _stop.Dispose();
        }

        private Task ReadAsync(IPEndPoint gateway) => RunAsync(gateway, "GET /page/4m HTTP/1.1\r\nHost: x\r\n\r\n", async socket =>
        {
            var buffer = new byte[4096];
            while (await socket.ReceiveAsync(buffer, _stop.Token) > 0)
                await Task.Delay(Pause, _stop.Token);
        });

        private Task SendAsync(IPEndPoint gateway) => RunAsync(gateway, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2097152\r\n\r\n", async socket =>
        {
            var part = new byte[2048];
            for (var sent = 0; sent < 2_097_152; sent += part.Length)
            {
                await socket.SendAsync(part, _stop.Token);
                await Task.Delay(Pause, _stop.Token);
            }
        });

        private async Task RunAsync(IPEndPoint gateway, string request, Func<Socket, Task> go)
        {
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 8192 };
                await socket.ConnectAsync(gateway, _stop.Token);
                await socket.SendAsync(Encoding.ASCII.GetBytes(request), _stop.Token);
                await go(socket);
            }
            catch (OperationCanceledException)
            {
                // The half is over.
            }
        }
    }
}
