using System.Net;
using BenchmarkDotNet.Attributes;
using Weir.Policies.Contracts;
using Weir.Policies.Jail.Bans;

namespace Weir.Bench.Micro;

/// <summary>What every request pays to the jail: one look-up among 100,000 bans of clients.</summary>
public class BanListBenchmarks
{
    private readonly BanTable _clients = new();
    private readonly BanTable _networks = new();
    private readonly IPAddress _stranger = IPAddress.Parse("192.0.2.1");
    private readonly IPAddress _strangerV6 = IPAddress.Parse("2001:db8:ffff::1");
    private readonly IPAddress _banned = IPAddress.Parse("10.1.0.7");

    [GlobalSetup]
    public void Fill()
    {
        for (var i = 0; i < 100_000; i++)
        {
            Add(_clients, new IPNetwork(new IPAddress([10, (byte)(i >> 16), (byte)(i >> 8), (byte)i]), 32));
            Add(_networks, new IPNetwork(new IPAddress([10, (byte)(i >> 16), (byte)(i >> 8), (byte)i]), 32));
        }

        Add(_clients, IPNetwork.Parse("2001:db8:1:1::/64"));
        for (var length = 9; length < 32; length++)
            Add(_networks, new IPNetwork(new IPAddress([172, 0, 0, 0]), length));
    }

    [Benchmark(Baseline = true, Description = "IPv4, not banned")]
    public bool Stranger() => _clients.Find(_stranger, TimeProvider.System) is null;

    [Benchmark(Description = "IPv6, not banned")]
    public bool StrangerV6() => _clients.Find(_strangerV6, TimeProvider.System) is null;

    [Benchmark(Description = "IPv4, banned")]
    public bool Banned() => _clients.Find(_banned, TimeProvider.System) is null;

    [Benchmark(Description = "not banned, 24 lengths of prefix in use")]
    public bool ManyLengths() => _networks.Find(_stranger, TimeProvider.System) is null;

    private static void Add(BanTable table, IPNetwork network) =>
        table.Set(NetworkKey.Of(network), new Ban(network, "bench", "bench", default, null, 1, BanOrigin.Jail, true));
}
