using System.Diagnostics;

namespace Weir.Support.Load;

/// <summary>
/// A closed-loop HTTP/1.1 client on raw sockets, for tests and for <c>bench/</c>: many keep-alive connections, a time-out
/// per request, no retries, failures told apart. Mind the descriptors: one per connection.
/// </summary>
public static class LoadClient
{
    private static readonly TimeSpan TickEvery = TimeSpan.FromMilliseconds(5);

    /// <summary>Runs until the duration is over or <paramref name="stop"/> is cancelled; both end it the same way.</summary>
    public static async Task<LoadResult> RunAsync(LoadOptions options, CancellationToken stop = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Connections, 1);
        var run = new LoadRun(options);
        var connections = new LoadConnection[options.Connections];
        for (var i = 0; i < connections.Length; i++)
        {
            var local = options.LocalAddresses.Count == 0 ? null : options.LocalAddresses[i % options.LocalAddresses.Count];
            var delay = options.RampUp.TotalSeconds * i / connections.Length;
            connections[i] = new LoadConnection(run, local, run.Start + (long)(delay * Stopwatch.Frequency));
        }

        var ticking = Task.Run(() => TickAsync(run, connections, stop), CancellationToken.None);
        await run.Ended;
        var seconds = await ticking;
        var result = Sum(run, connections, seconds);
        foreach (var connection in connections)
            connection.Dispose();
        return result;
    }

    private static async Task<double> TickAsync(LoadRun run, LoadConnection[] connections, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TickEvery);
        double? measured = null;
        while (!run.Ended.IsCompleted)
        {
            var now = Stopwatch.GetTimestamp();
            var elapsed = Stopwatch.GetElapsedTime(run.Start, now);
            if (measured is null && (elapsed >= run.Options.Duration || stop.IsCancellationRequested))
            {
                measured = elapsed.TotalSeconds;
                run.Stop(cutOff: !run.Options.Drain);
            }

            foreach (var connection in connections)
                connection.Tick(now);
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        return measured ?? Stopwatch.GetElapsedTime(run.Start).TotalSeconds;
    }

    private static LoadResult Sum(LoadRun run, LoadConnection[] connections, double seconds)
    {
        var tallies = connections.Select(c => c.Tally).ToArray();
        var (end, warm) = (seconds * 1000, run.Options.WarmUp.TotalMilliseconds);
        var within = tallies.Sum(t => t.Good.LongCount(g => g.At <= end));
        var steady = tallies.Sum(t => t.Good.LongCount(g => g.At > warm && g.At <= end));
        float[] latencies = [.. tallies.SelectMany(t => t.Good).Where(g => g.At > warm).Select(g => g.Latency)];
        Array.Sort(latencies);
        return new LoadResult
        {
            Ok = tallies.Sum(t => (long)t.Good.Count),
            Failures = Enum.GetValues<LoadFailure>().ToDictionary(k => k, k => tallies.Sum(t => t.Failures[(int)k])),
            Statuses = tallies.SelectMany(t => t.Statuses).GroupBy(s => s.Key).OrderBy(g => g.Key).ToDictionary(g => g.Key, g => g.Sum(s => s.Value)),
            FirstFailures = run.Described,
            Unfinished = connections.Count(c => c.Unfinished),
            PerSecond = within / seconds,
            SteadyPerSecond = seconds > run.Options.WarmUp.TotalSeconds ? steady / (seconds - run.Options.WarmUp.TotalSeconds) : 0,
            Latencies = latencies,
        };
    }
}
