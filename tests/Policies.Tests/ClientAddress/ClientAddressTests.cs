using System.Buffers.Binary;
using System.Net;
using Microsoft.AspNetCore.Http;
using Weir.Forwarding.Admission;
using Weir.Policies.ClientAddress;

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
    [InlineData("::1", ClientKey.Local)]
    [InlineData(null, ClientKey.Local)]
    public void An_address_counts_as_its_client(string? address, ulong key) =>
        Assert.Equal(key, ClientKey.Of(address is null ? null : IPAddress.Parse(address)));

    [Fact]
    public async Task Every_request_carries_its_clients_key()
    {
        var seen = new List<ulong>();
        var middleware = new ClientAddressMiddleware(c =>
        {
            seen.Add(c.Features.Get<IClientKeyFeature>()!.ClientKey);
            return Task.CompletedTask;
        });
        foreach (var address in new[] { "192.0.2.1", "::ffff:192.0.2.2", "2001:db8::7", null })
            await middleware.Invoke(Request(address));
        Assert.Equal([0xC0000201UL, 0xC0000202UL, 0x20010DB8_00000000UL, 0UL], seen);
    }

    [Fact]
    public async Task A_client_that_comes_again_costs_no_allocation()
    {
        var middleware = new ClientAddressMiddleware(_ => Task.CompletedTask);
        var context = Request("192.0.2.1");
        await middleware.Invoke(context);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            _ = middleware.Invoke(context);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Clients_that_share_a_place_in_the_table_keep_their_own_keys()
    {
        var features = new ClientKeyFeatures();
        static IPAddress Address(int number) => new(BinaryPrimitives.ReverseEndianness((uint)number));
        for (var number = 0; number < 20_000; number++)
            Assert.Equal((ulong)number, features.For(Address(number)).ClientKey);
        Parallel.For(0, 100_000, number => Assert.Equal((ulong)number, features.For(Address(number)).ClientKey));
    }

    [Fact]
    public void Hosts_of_one_IPv6_network_share_a_key_and_keep_their_own_addresses()
    {
        var features = new ClientKeyFeatures();
        var (first, second) = (IPAddress.Parse("2001:db8::1"), IPAddress.Parse("2001:db8::2"));
        Assert.Equal(features.For(first).ClientKey, features.For(second).ClientKey);
        Assert.Equal(first, features.For(first).Address);
        Assert.Equal(second, features.For(second).Address);
    }

    private static DefaultHttpContext Request(string? address)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = address is null ? null : IPAddress.Parse(address);
        return context;
    }
}
