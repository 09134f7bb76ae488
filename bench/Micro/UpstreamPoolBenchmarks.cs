using BenchmarkDotNet.Attributes;
using Weir.Forwarding.Connections;
using Weir.Forwarding.Slots;
using Weir.Forwarding.Tests.Connections;

namespace Weir.Bench.Micro;

/// <summary>Taking an idle connection of the own loop and giving it back.</summary>
public class UpstreamPoolBenchmarks
{
    private UpstreamPool _pool = null!;

    [GlobalSetup]
    public async Task Open()
    {
        var server = new ServerSlots("http://10.0.0.1:80", limit: 149);
        var target = new UpstreamTarget(new Uri(server.Address), null, static () => TimeSpan.FromSeconds(5));
        _pool = new UpstreamPool(server, UpstreamPoolKey.Plain, target, new FakeConnector(() => new FakeChannel(), loops: 2), TimeProvider.System);
        _pool.Return(await _pool.RentAsync(0, mayRepeat: true, mustBeFresh: true, CancellationToken.None));
    }

    [Benchmark(Description = "rent and return")]
    public void RentAndReturn() => _pool.Return(_pool.TryRent(0, mayRepeat: true)!);
}
