using System.Net;
using Weir.Forwarding.Admission;
using Weir.Policies.ClientAddress;
using Weir.Policies.Contracts;

namespace Weir.Policies.Tests.ClientAddress;

public class ClientAddressTests
{
    [Theory]
    [InlineData("192.0.2.1", 0xC0000201UL)]
    [InlineData("::ffff:192.0.2.1", 0xC0000201UL)]
    [InlineData("255.255.255.255", 0xFFFFFFFFUL)]
    [InlineData("2001:db8:1:2::1", 0x20010DB8_00010002UL)]
    [InlineData("2001:db8:1:2:ffff:ffff:ffff:ffff", 0x20010DB8_00010002UL)]
    [InlineData("2001:db8:1:3::1", 0x20010DB8_00010003UL)]
    [InlineData("fe80::1%3", 0xFE800000_00000000UL)]
    [InlineData("::1", 0UL)]
    [InlineData(null, 0UL)]
    public void An_address_counts_as_its_client(string? address, ulong key)
    {
        using var requests = new Requests();
        Assert.Equal(key, requests.Rules.KeyOf(address is null ? null : IPAddress.Parse(address)));
    }

    [Theory]
    [InlineData(32, "2001:db8:ffff::1", "2001:db8::2", true)]
    [InlineData(32, "2001:db9::1", "2001:db8::1", false)]
    [InlineData(56, "2001:db8:0:ff::1", "2001:db8:0:1::1", true)]
    [InlineData(56, "2001:db8:0:100::1", "2001:db8:0:1::1", false)]
    [InlineData(64, "2001:db8::1", "2001:db8::2", true)]
    [InlineData(128, "2001:db8::1", "2001:db8::2", false)]
    [InlineData(128, "2001:db8::1", "2001:db8::1%1", true)]
    [InlineData(96, "2001:db8::1:0:1", "2001:db8::2:0:1", false)]
    [InlineData(96, "2001:db8::1:0:1", "2001:db8::1:0:2", true)]
    public void IPv6_counts_by_the_network_that_is_configured(int prefix, string first, string second, bool isOne)
    {
        using var requests = new Requests(new ClientAddressOptions { IPv6Prefix = prefix });
        var (a, b) = (IPAddress.Parse(first), IPAddress.Parse(second));
        Assert.Equal(isOne, requests.Rules.KeyOf(a) == requests.Rules.KeyOf(b));
        Assert.Equal(isOne, requests.Rules.NetworkOf(a).Equals(requests.Rules.NetworkOf(b)));
    }

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7/32")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7/32")]
    [InlineData("2001:db8:1:2:3::7", "2001:db8:1:2::/64")]
    public void An_addresss_network_is_what_counts_as_one_client(string address, string network)
    {
        using var requests = new Requests();
        Assert.Equal(IPNetwork.Parse(network), requests.Rules.NetworkOf(IPAddress.Parse(address)));
    }

    [Fact]
    public async Task Every_request_carries_its_client()
    {
        var seen = new List<(ulong, ulong)>();
        using var requests = new Requests(next: c =>
        {
            seen.Add((c.Features.Get<IClientKeyFeature>()!.ClientKey, c.Features.Get<IClientFeature>()!.ClientKey));
            return Task.CompletedTask;
        });
        foreach (var address in new[] { "192.0.2.1", "::ffff:192.0.2.2", "2001:db8::7", null })
            await requests.SendAsync(Requests.From(address));
        Assert.Equal([(0xC0000201UL, 0xC0000201UL), (0xC0000202UL, 0xC0000202UL), (0x20010DB8_00000000UL, 0x20010DB8_00000000UL), (0UL, 0UL)], seen);
    }

    [Fact]
    public void A_peer_is_direct_and_not_trusted_by_default()
    {
        using var requests = new Requests();
        foreach (var peer in new[] { "127.0.0.1", "10.0.0.1", "192.0.2.1", "::1" })
        {
            var client = requests.ClientOf(Requests.From(peer));
            Assert.True(client.IsDirect);
            Assert.False(client.IsTrusted);
            Assert.Equal(IPAddress.Parse(peer), client.Address);
        }
    }

    [Fact]
    public void A_Unix_socket_has_no_address_and_is_trusted()
    {
        using var requests = new Requests();
        var client = requests.ClientOf(Requests.From(null));
        Assert.True(client.IsTrusted);
        Assert.False(client.IsDirect);
        Assert.Null(client.Address);
    }

    [Theory]
    [InlineData("192.0.2.1", null)]
    [InlineData("2001:db8::1", null)]
    [InlineData("10.0.0.1", "192.0.2.1")]
    [InlineData("10.0.0.1", "2001:db8::1, 10.0.0.2")]
    [InlineData("10.0.0.1", "[2001:db8::1]:4711, 10.0.0.2:80")]
    public void A_client_that_comes_again_costs_no_allocation(string peer, string? forwardedFor)
    {
        using var requests = new Requests(Requests.Trusting("X-Forwarded-For", "10.0.0.0/8"));
        var context = forwardedFor is null ? Requests.From(peer) : Requests.From(peer, ("X-Forwarded-For", forwardedFor));
        var address = context.Connection.RemoteIpAddress;
        _ = requests.SendAsync(context);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            context.Connection.RemoteIpAddress = address;
            _ = requests.SendAsync(context);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void The_networks_of_clients_that_come_again_cost_no_allocation()
    {
        using var requests = new Requests();
        var (v4, v6) = (IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1"));
        _ = (requests.Rules.NetworkOf(v4), requests.Rules.NetworkOf(v6));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            _ = (requests.Rules.NetworkOf(v4), requests.Rules.NetworkOf(v6), requests.Rules.KeyOf(v6), requests.Rules.IsTrusted(v4));
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Clients_that_share_a_place_in_the_table_keep_their_own_keys()
    {
        var rules = new ClientRules(new ClientAddressOptions());
        static PlainAddress Address(int number) => PlainAddress.V4((uint)number);
        for (var number = 0; number < 20_000; number++)
            Assert.Equal((ulong)number, rules.FeatureOf(Address(number), isNamed: true).ClientKey);
        Parallel.For(0, 100_000, number => Assert.Equal((ulong)number, rules.FeatureOf(Address(number), isNamed: true).ClientKey));
    }

    [Fact]
    public void Hosts_of_one_IPv6_network_share_a_key_and_keep_their_own_addresses()
    {
        using var requests = new Requests();
        var first = requests.ClientOf(Requests.From("2001:db8::1"));
        var second = requests.ClientOf(Requests.From("2001:db8::2"));
        Assert.Equal(first.ClientKey, second.ClientKey);
        Assert.Equal("2001:db8::1", first.Address!.ToString());
        Assert.Equal("2001:db8::2", second.Address!.ToString());
    }

    [Fact]
    public void A_reload_counts_from_the_next_request_on()
    {
        using var requests = new Requests();
        Assert.Equal("10.0.0.1", requests.ClientOf(Requests.From("10.0.0.1", ("X-Forwarded-For", "192.0.2.1"))).Address!.ToString());
        requests.Options.Publish(Requests.Trusting("X-Forwarded-For", "10.0.0.1"));
        Assert.Equal("192.0.2.1", requests.ClientOf(Requests.From("10.0.0.1", ("X-Forwarded-For", "192.0.2.1"))).Address!.ToString());
        Assert.True(requests.Rules.IsTrusted(IPAddress.Parse("::ffff:10.0.0.1")));
        requests.Options.Publish(new ClientAddressOptions());
        Assert.False(requests.Rules.IsTrusted(IPAddress.Parse("10.0.0.1")));
    }

    [Theory]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("10.1.2.0/25", true)]
    [InlineData("10.1.2.128/25", false)]
    [InlineData("0.0.0.0/0", true)]
    [InlineData("2001:db8::/64", true)]
    [InlineData("2001:db9::/32", false)]
    [InlineData("::/0", true)]
    public void A_network_that_shares_an_address_with_a_trusted_proxy_holds_it(string network, bool holds)
    {
        using var requests = new Requests();
        requests.Options.Publish(Requests.Trusting("X-Forwarded-For", "10.1.2.3", "2001:db8::5"));
        Assert.Equal(holds, requests.Rules.HoldsTrusted(IPNetwork.Parse(network)));
    }
}
