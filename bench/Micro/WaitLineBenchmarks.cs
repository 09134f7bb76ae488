using System.Diagnostics;
using BenchmarkDotNet.Attributes;
using Weir.Forwarding.Admission;

namespace Weir.Bench.Micro;

/// <summary>Joining the waiting line and being granted a turn, with the line as long as it stays.</summary>
public class WaitLineBenchmarks
{
    private const int Clients = 64;
    private readonly WaitLine _line = new(new NewestFirstRule(Stopwatch.Frequency, new Patience(Stopwatch.Frequency)));

    [Params(1, 100, 10_000)]
    public int Waiting { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        for (var i = 0; i < Waiting; i++)
            _line.Add(new Waiter { ClientKey = (ulong)(i % Clients), Priority = PriorityClass.Normal, Bytes = 500 });
    }

    [Benchmark(Description = "join and grant")]
    public int JoinAndGrant()
    {
        var next = _line.Take()!;
        _line.Add(next);
        return _line.Count;
    }

    [Benchmark(Description = "place in the line")]
    public int Ahead() => _line.Ahead(clientKey: 7, PriorityClass.Normal);
}
