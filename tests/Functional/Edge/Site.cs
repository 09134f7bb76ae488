using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Weir.Support;
using Weir.Support.Apache;

namespace Weir.Functional.Edge;

/// <summary>A gateway process in front of a real Apache, with a well-behaved client at 127.0.0.2 that asks for a page over and over on new connections.</summary>
internal sealed class Site : IAsyncDisposable
{
    /// <summary>The attacker's address.</summary>
    public static readonly IPAddress Attacker = IPAddress.Parse("127.0.0.66");

    private static readonly IPAddress Good = IPAddress.Parse("127.0.0.2");

    private readonly CancellationTokenSource _over = new();
    private readonly long _memoryBefore;
    private readonly Task _asking;
    private long _answered;

    private Site(ApacheServer apache, GatewayProcess gateway)
    {
        (Apache, Gateway) = (apache, gateway);
        _memoryBefore = ResidentBytes;
        _asking = AskAsync();
    }

    public ApacheServer Apache { get; }

    public GatewayProcess Gateway { get; }

    /// <summary>What the good client has met beside 200, or nothing.</summary>
    public string Complaint { get; private set; } = "";

    public TimeSpan Longest { get; private set; }

    /// <summary>How much more memory the gateway holds than before the attack.</summary>
    public long GrowthBytes => ResidentBytes - _memoryBefore;

    private long ResidentBytes
    {
        get
        {
            var line = File.ReadLines($"/proc/{Gateway.Pid}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
        }
    }

    /// <param name="weir">The Weir section; null for the defaults.</param>
    /// <param name="kestrel">The Kestrel section; null for the defaults.</param>
    public static async Task<Site> StartAsync(string? weir = null, string? kestrel = null)
    {
        var apache = await ApacheServer.StartAsync();
        var configuration = GatewayProcess.InFrontOf([apache.Url], weir is null ? null : (JsonObject)JsonNode.Parse(weir)!);
        if (kestrel is not null)
            configuration["Kestrel"] = JsonNode.Parse(kestrel);
        var gateway = await GatewayProcess.StartAsync(configuration);
        // Code is compiled and pools are filled before memory is looked at.
        for (var i = 0; i < 50; i++)
            Assert.Equal(200, await Wire.StatusAsync(gateway.EndPoint, Good, Wire.Page));
        return new Site(apache, gateway);
    }

    /// <summary>A file at <c>/page/name</c>.</summary>
    public Task AddPageAsync(string name, int bytes) => File.WriteAllBytesAsync(Path.Combine(Apache.Root, "htdocs", "page", name), new byte[bytes]);

    /// <summary>Waits for a condition, a minute at most.</summary>
    public async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"Not within a minute: {what}. {Complaint}\n{string.Join('\n', Gateway.Log.TakeLast(40))}");
            await Task.Delay(50);
        }
    }

    public Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    public Task<double> MetricAsync(string name) => GatewayPages.MetricAsync(Gateway, name);

    /// <summary>Waits until the good client was answered that often from now on: under the attack, not before it.</summary>
    public async Task AssertGoodIsServedAsync(int times = 10)
    {
        var goal = Interlocked.Read(ref _answered) + times;
        await UntilAsync(() => Interlocked.Read(ref _answered) >= goal || Complaint.Length > 0, $"{times} answers for the good client");
        Assert.Equal("", Complaint);
        TestContext.Current.TestOutputHelper?.WriteLine($"good client: longest {Longest.TotalMilliseconds:F0} ms; the gateway grew by {GrowthBytes >> 20} MB");
    }

    public void AssertGrewByAtMost(int megabytes) => Assert.InRange(GrowthBytes >> 20, long.MinValue, megabytes);

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _asking;
        _over.Dispose();
        await Gateway.DisposeAsync();
        await Apache.DisposeAsync();
    }

    private async Task AskAsync()
    {
        while (!_over.IsCancellationRequested)
        {
            var clock = Stopwatch.StartNew();
            var status = await Wire.StatusAsync(Gateway.EndPoint, Good, Wire.Page);
            if (clock.Elapsed > Longest)
                Longest = clock.Elapsed;
            if (status != 200)
            {
                Complaint = $"The good client got {status} after {clock.Elapsed.TotalSeconds:F1} s.";
                return;
            }

            Interlocked.Increment(ref _answered);
            await Task.Delay(10);
        }
    }
}
