using System.Net;
using BenchmarkDotNet.Attributes;
using Weir.Policies.Throttle;
using Weir.Policies.Throttle.Counting;
using Weir.Policies.Throttle.Judging;

namespace Weir.Bench.Micro;

/// <summary>What the throttle adds to a request: page and site of the default, one client and one out of a million.</summary>
public class ThrottleBenchmarks
{
    private readonly IPAddress _address = IPAddress.Parse("192.0.2.7");
    private readonly ThrottleJudge _judge = new(new ThrottleCounters(new ThrottleOptions().MaxCounters, HashSecret.Random()));
    private readonly ThrottleRules _default = new(new ThrottleOptions());
    private readonly ThrottleRules _rules = new(new ThrottleOptions
    {
        Rules = [.. Enumerable.Range(0, 8).Select(i => new ThrottleRuleOptions { Name = $"r{i}", Scope = ThrottleScope.Path, Path = $"/area{i}", RequestsPerSecond = 100 })],
    });

    private long _now = 1;
    private ulong _client;

    [Benchmark(Description = "one client")]
    public bool One() => Judge(_default, 7, "/shop/item");

    [Benchmark(Description = "a million clients in turn")]
    public bool Many() => Judge(_default, _client = (_client + 0x9E3779B9) & 0xfffff, "/shop/item");

    [Benchmark(Description = "one client, eight rules of paths, one matches")]
    public bool Rules() => Judge(_rules, 7, "/area7/item");

    // A second passes with each request: nothing is refused.
    private bool Judge(ThrottleRules rules, ulong client, string path) =>
        _judge.Judge(rules, new ThrottleRequest(client, _address, "GET", "www.example.test", path, "?q=1", null), _now += TimeSpan.TicksPerSecond).Refuses;
}
