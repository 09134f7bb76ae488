using System.Net;
using Weir.Policies.Firewall;

namespace Weir.Policies.Tests.Firewall;

public sealed class NetworksTests
{
    [Theory]
    [InlineData("10.0.0.0/8")]
    [InlineData("192.0.2.1/32")]
    [InlineData("2001:db8::/64")]
    [InlineData("::/0")]
    public void The_written_form_is_read(string text)
    {
        Assert.True(Networks.TryParseCanonical(text, out var network));
        Assert.Equal(text, network.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("10.0.0.1")]
    [InlineData("10.0.0.1/8")]
    [InlineData("10.0.0.0/08")]
    [InlineData("10.0.0.0/+8")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10/8")]
    [InlineData("0x0a.0.0.0/8")]
    [InlineData("010.0.0.0/8")]
    [InlineData(" 10.0.0.0/8")]
    [InlineData("10.0.0.0/8 ")]
    [InlineData("10.0.0.0/8, 0.0.0.0/0")]
    [InlineData("10.0.0.0/8 }; flush ruleset; #")]
    [InlineData("2001:DB8::/64")]
    [InlineData("2001:db8:0::/64")]
    [InlineData("fe80::1%lo/128")]
    [InlineData("::ffff:10.0.0.1/128")]
    [InlineData("[::1]/128")]
    public void Any_other_form_is_refused(string text) => Assert.False(Networks.TryParseCanonical(text, out _));

    [Fact]
    public void Of_networks_within_each_other_the_outermost_are_kept()
    {
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var bans = Enumerable.Range(0, 40).Select(_ => Network(random)).Distinct().Select(n => new KernelBan(n, null)).ToList();

            var kept = Networks.Outermost(bans);

            Assert.Equal(
                bans.Select(b => b.Network).Where(n => !bans.Any(b => !b.Network.Equals(n) && b.Network.PrefixLength < n.PrefixLength && Networks.Overlap(b.Network, n))).Select(n => n.ToString()).Order(StringComparer.Ordinal),
                kept.Select(b => b.Network.ToString()).Order(StringComparer.Ordinal));
        }
    }

    private static IPNetwork Network(Random random)
    {
        var bits = random.Next(8, 33);
        var value = (uint)random.Next(4) << 30 | (uint)random.Next(16) << 4;
        var masked = value & (uint)(ulong.MaxValue << (32 - bits));
        return new IPNetwork(new IPAddress([(byte)(masked >> 24), (byte)(masked >> 16), (byte)(masked >> 8), (byte)masked]), bits);
    }
}
