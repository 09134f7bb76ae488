using System.Diagnostics;
using Weir.Bench.Load;
using Weir.Bench.Measure;
using Weir.Bench.Paths;

namespace Weir.Bench.Proxies;

/// <summary>One proxy under one load in one round.</summary>
/// <param name="Round">From 0.</param>
/// <param name="CpuMicroseconds">The proxy's CPU per request, user and system; NaN when no request came through.</param>
/// <param name="Load">What the clients saw.</param>
internal sealed record Cell(string Scenario, string Proxy, int Round, double CpuMicroseconds, LoadSample Load)
{
    /// <summary>
    /// Runs it. CPU and the origin's count of requests are read inside the run, so that opening the connections and ending
    /// the generator are left out.
    /// </summary>
    public static async Task<Cell> RunAsync(Scenario scenario, IPath path, OriginPath origin, int round, int seconds, CancellationToken stop)
    {
        var clock = CpuClock.Of(path.Pid!.Value);
        var started = Stopwatch.GetTimestamp();
        var load = LoadAsync(scenario.Request(path, seconds), stop);
        await Task.Delay(TimeSpan.FromSeconds(Math.Min(0.4, seconds / 4.0)), stop);
        var before = await ReadAsync(clock, origin);
        var left = TimeSpan.FromSeconds(seconds - 0.15) - Stopwatch.GetElapsedTime(started);
        if (left > TimeSpan.Zero)
            await Task.Delay(left, stop);
        var after = await ReadAsync(clock, origin);
        var sample = await load;
        var requests = after.Requests - before.Requests;
        // The generator's own connections are closed now; a moment for the proxy to notice, before the next one is loaded.
        await Task.Delay(50, stop);
        return new Cell(scenario.Name, path.Name, round, requests < 10 ? double.NaN : (after.Seconds - before.Seconds) * 1e6 / requests, sample);
    }

    // A proxy that cannot be loaded at all has failed; the others go on.
    private static async Task<LoadSample> LoadAsync(LoadRequest request, CancellationToken stop)
    {
        try
        {
            return await request.RunAsync(stop);
        }
        catch (InvalidOperationException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return new LoadSample(0, 0, double.NaN, double.NaN, Failures: 1);
        }
    }

    // The count takes a while on a busy machine: the CPU that belongs to it is the mean of before and after.
    private static async Task<(double Seconds, long Requests)> ReadAsync(CpuClock clock, OriginPath origin)
    {
        var before = clock.ReadSeconds();
        var requests = await origin.CountAsync();
        return ((before + clock.ReadSeconds()) / 2, requests);
    }
}
