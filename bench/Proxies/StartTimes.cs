using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Weir.Bench.Measure;
using Weir.Bench.Paths;
using Weir.Support.Apache;

namespace Weir.Bench.Proxies;

/// <summary>From a program's start to its first proxied answer.</summary>
/// <param name="WallMilliseconds">Median.</param>
/// <param name="CpuMilliseconds">Median of the CPU that it had used by then.</param>
internal sealed record StartTimes(string Program, int Starts, double WallMilliseconds, double CpuMilliseconds)
{
    /// <summary>Name of the Weir that was compiled ahead.</summary>
    public const string Compiled = "weir ReadyToRun";

    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(20);

    /// <summary>Starts them in turns, each a number of times.</summary>
    /// <param name="compiled">A Weir.Gateway.dll that was compiled ahead (ReadyToRun); null for none.</param>
    public static async Task<IReadOnlyList<StartTimes>> RunAsync(Contenders contenders, string? compiled, int starts, CancellationToken stop)
    {
        await using var origin = await OriginPath.StartAsync();
        string[] programs = ["weir", .. compiled is null ? Array.Empty<string>() : [Compiled], "yarp"];
        var times = programs.ToDictionary(p => p, _ => new List<(double Wall, double Cpu)>());
        for (var start = 0; start < starts; start++)
        {
            foreach (var program in programs)
                times[program].Add(await StartAsync(contenders, program, compiled, origin.EndPoint.Port, stop));
        }

        return [.. programs.Select(p => new StartTimes(p, starts, Results.Median(times[p].Select(t => t.Wall)), Results.Median(times[p].Select(t => t.Cpu))))];
    }

    public static string Text(IReadOnlyList<StartTimes> all)
    {
        var table = new Table("program", "ms to the first answer", "CPU ms", "x yarp", "x yarp, CPU");
        var yarp = all.FirstOrDefault(a => a.Program == "yarp");
        foreach (var one in all)
        {
            table.Add(
                one.Program,
                $"{one.WallMilliseconds:F0}",
                $"{one.CpuMilliseconds:F0}",
                $"{one.WallMilliseconds / yarp?.WallMilliseconds:F2}",
                $"{one.CpuMilliseconds / yarp?.CpuMilliseconds:F2}");
        }

        return $"""
            ### Start

            From the program's start to its first proxied answer, median of {all.Select(a => a.Starts).DefaultIfEmpty().Max()} starts in turns, files in the page cache.

            {table}
            """;
    }

    private static async Task<(double Wall, double Cpu)> StartAsync(Contenders contenders, string program, string? compiled, int originPort, CancellationToken stop)
    {
        var options = new PathOptions { ServerPort = originPort };
        var folder = Directory.CreateTempSubdirectory("weir-bench-start-").FullName;
        string[] command = program == "yarp" ? YarpPath.Command(options)
            : ["dotnet", (program == "weir" ? contenders.GatewayAssembly : compiled) ?? Path.Combine(AppContext.BaseDirectory, "Weir.Gateway.dll"), "run"];
        if (program != "yarp")
            await File.WriteAllTextAsync(Path.Combine(folder, "appsettings.json"), Configuration(contenders, options).ToJsonString(), stop);

        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            while (!await AnswersAsync(options.Port, stop))
            {
                if (process.HasExited || Stopwatch.GetElapsedTime(started) > AtMost)
                    throw new InvalidOperationException($"{string.Join(' ', command)} gives no answer.");
                await Task.Delay(2, stop);
            }

            return (Stopwatch.GetElapsedTime(started).TotalMilliseconds, CpuClock.Of(process.Id).ReadSeconds() * 1000);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static JsonObject Configuration(Contenders contenders, PathOptions options)
    {
        var whole = WeirPath.Configuration(options, contenders.Section("weir", options.ServerPort));
        var section = whole["Weir"]!.AsObject();
        var management = section["Management"] as JsonObject ?? [];
        section["Management"] = management;
        management["Url"] ??= $"http://127.0.0.1:{ApacheServer.FreePort()}";
        return whole;
    }

    private static async Task<bool> AnswersAsync(int port, CancellationToken stop)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync("127.0.0.1", port, stop);
            await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /1k HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n"), stop);
            var buffer = new byte[512];
            var read = await socket.ReceiveAsync(buffer, stop);
            return Encoding.ASCII.GetString(buffer, 0, read).StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
