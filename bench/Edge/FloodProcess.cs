using System.Diagnostics;
using System.Globalization;
using System.Net;
using Weir.Support.Load;

namespace Weir.Bench.Edge;

/// <summary>
/// A flood out of a process of its own, this program once more: what it does to its own memory and threads is nothing that the good
/// clients beside it should feel.
/// </summary>
internal sealed class FloodProcess : IAsyncDisposable
{
    /// <summary>Option that makes this program the flood: the port to send to.</summary>
    public const string Option = "flood-at";

    private const string Ready = "flooding";
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private readonly Process _process;

    private FloodProcess(Process process) => _process = process;

    /// <summary>Starts it; returns when all its addresses send.</summary>
    /// <param name="third">The addresses are 127.0.<paramref name="third"/>.1 and following.</param>
    /// <param name="pause">Of each address between an answer, or a failure, and its next request.</param>
    public static async Task<FloodProcess> StartAsync(int port, int third, int addresses, TimeSpan pause)
    {
        string[] arguments =
        [
            typeof(FloodProcess).Assembly.Location, "edge", $"--{Option}", $"{port}", "--third", $"{third}", "--addresses", $"{addresses}", "--pause-us", $"{(int)pause.TotalMicroseconds}",
        ];
        var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var flood = new FloodProcess(process);
        if (await process.StandardOutput.ReadLineAsync() == Ready)
            return flood;
        await flood.DisposeAsync();
        throw new InvalidOperationException("The flood did not begin.");
    }

    /// <summary>Ends it and says what became of its requests.</summary>
    public async Task<FloodCounts> StopAsync()
    {
        _process.StandardInput.Close();
        var line = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The flood said nothing at its end.");
        await _process.WaitForExitAsync();
        var figures = line.Split(' ').Select(f => double.Parse(f, CultureInfo.InvariantCulture)).ToArray();
        return new FloodCounts((long)figures[0], (long)figures[1], (long)figures[2], figures[3]);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    /// <summary>The child: floods until its input ends, a minute at most, and prints what became of it.</summary>
    public static async Task<int> BeAsync(BenchArguments arguments, CancellationToken stop)
    {
        var addresses = arguments.Number("addresses", 1);
        var pause = TimeSpan.FromMicroseconds(arguments.Number("pause-us", 1_000_000));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var options = new LoadOptions
        {
            Target = new IPEndPoint(IPAddress.Loopback, arguments.Number(Option, 0)),
            Connections = addresses,
            LocalAddresses = [.. Enumerable.Range(1, addresses).Select(n => new IPAddress([127, 0, (byte)arguments.Number("third", 0), (byte)n]))],
            Path = "/1k",
            ThinkTime = pause,
            RefusedPause = pause,
            RampUp = TimeSpan.FromMilliseconds(300),
            Duration = Longest,
            Drain = false,
        };
        var clock = Stopwatch.StartNew();
        var flood = LoadClient.RunAsync(options, end.Token);
        await Task.Delay(options.RampUp, stop);
        Console.WriteLine(Ready);
        await Task.WhenAny(flood, Task.Run(Console.In.ReadToEnd, stop));
        var seconds = clock.Elapsed.TotalSeconds;
        await end.CancelAsync();
        var result = await flood;
        var statuses = result.Failures[LoadFailure.Status];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Ok} {statuses} {result.Failed - statuses} {seconds:F3}"));
        return 0;
    }
}
