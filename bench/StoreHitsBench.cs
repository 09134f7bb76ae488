using System.Diagnostics;
using System.Globalization;
using Weir.Bench.Micro;

namespace Weir.Bench;

/// <summary>
/// The goal of the remote stores: a hit's p50 beside that of a bare get. The four take turns, one call each, so that what else the
/// machine does meets them alike.
/// </summary>
internal sealed class StoreHitsBench : IBench
{
    private const int Rounds = 5_000;

    public string Name => "store-hits";

    public string Summary => "p50 of a cache hit in Redis and Memcached beside bare gets of the same bytes by the same client";

    public string Options => "";

    public async Task<int> RunAsync(BenchArguments arguments, CancellationToken stop)
    {
        Console.WriteLine("| bytes | Redis GET | Redis hit | ratio | Memcached mg | Memcached hit | ratio |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var bytes in (int[])[1024, 64 * 1024])
        {
            var stores = new RemoteStoreBenchmarks { BodyBytes = bytes };
            await stores.StartAsync();
            Func<Task>[] calls = [stores.RedisBare, stores.RedisHit, stores.MemcachedBare, stores.MemcachedHit];
            var times = calls.Select(_ => new double[Rounds]).ToArray();
            // The first rounds warm up and are overwritten.
            for (var round = -Rounds / 5; round < Rounds && !stop.IsCancellationRequested; round++)
            {
                for (var i = 0; i < calls.Length; i++)
                {
                    var start = Stopwatch.GetTimestamp();
                    await calls[i]();
                    times[i][Math.Max(0, round)] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
                }
            }

            await stores.StopAsync();
            double[] p50 = [.. times.Select(t => t.Order().ElementAt(Rounds / 2))];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {bytes} | {p50[0]:0.0} us | {p50[1]:0.0} us | {p50[1] / p50[0]:0.00} | {p50[2]:0.0} us | {p50[3]:0.0} us | {p50[3] / p50[2]:0.00} |"));
        }

        return 0;
    }
}
