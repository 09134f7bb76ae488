using System.Net;
using Weir.Policies.ClientAddress;

namespace Weir.Policies.Tests.ClientAddress;

public class NetworkSetTests
{
    [Fact]
    public void An_address_is_in_the_set_exactly_when_a_network_has_it()
    {
        var random = new Random(3);
        for (var round = 0; round < 200; round++)
        {
            var networks = Enumerable.Range(0, random.Next(1, 30)).Select(_ => Network(random)).ToList();
            var set = new NetworkSet(networks.Select(Plain));
            for (var i = 0; i < 200; i++)
            {
                var address = new IPAddress(random.Next(2) == 0 ? Bytes(random, 4) : Bytes(random, 16));
                Assert.Equal(networks.Exists(n => n.Contains(address)), set.Contains(PlainAddress.Of(address)));
            }

            foreach (var network in networks)
                Assert.True(set.Contains(PlainAddress.Of(network.BaseAddress)));
        }
    }

    [Fact]
    public void An_empty_set_has_nothing()
    {
        var set = new NetworkSet([]);
        Assert.True(set.IsEmpty);
        Assert.False(set.Contains(default));
    }

    // Few different bytes, so that networks meet.
    private static byte[] Bytes(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (byte)(random.Next(4) * 64))];

    private static IPNetwork Network(Random random)
    {
        var isV4 = random.Next(2) == 0;
        var bits = isV4 ? 32 : 128;
        var prefix = random.Next(9, bits + 1);
        var bytes = Bytes(random, bits / 8);
        bytes[0] |= 1;
        for (var bit = prefix; bit < bits; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPNetwork(new IPAddress(bytes), prefix);
    }

    private static PlainNetwork Plain(IPNetwork network)
    {
        Assert.True(PlainNetwork.TryParse(network.ToString(), out var plain, out var fault), $"{network}: {fault}");
        return plain;
    }
}
