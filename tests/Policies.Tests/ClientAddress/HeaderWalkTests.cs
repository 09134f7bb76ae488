using System.Net;
using Microsoft.AspNetCore.Http;
using Weir.Policies.ClientAddress;
using Weir.Policies.Contracts;

namespace Weir.Policies.Tests.ClientAddress;

public class HeaderWalkTests
{
    [Theory]
    // X-Forwarded-For: the client.
    [InlineData("X-Forwarded-For", "192.0.2.1", "192.0.2.1", false)]
    [InlineData("X-Forwarded-For", "192.0.2.1:4711", "192.0.2.1", false)]
    [InlineData("X-Forwarded-For", " 192.0.2.1 , 10.0.0.2 ", "192.0.2.1", false)]
    [InlineData("X-Forwarded-For", "2001:db8::1", "2001:db8::1", false)]
    [InlineData("X-Forwarded-For", "[2001:db8::1]:80, 10.0.0.2", "2001:db8::1", false)]
    [InlineData("X-Forwarded-For", "[2001:db8::1]", "2001:db8::1", false)]
    [InlineData("X-Forwarded-For", "fe80::1%eth0", "fe80::1", false)]
    [InlineData("X-Forwarded-For", "::ffff:192.0.2.1", "192.0.2.1", false)]
    [InlineData("X-Forwarded-For", "192.0.2.1,, ,10.0.0.2,", "192.0.2.1", false)]
    [InlineData("CF-Connecting-IP", "192.0.2.1", "192.0.2.1", false)]
    [InlineData("x-real-ip", "192.0.2.1", "192.0.2.1", false)]
    // RFC 7239, with the examples of its sections 4 and 6.
    [InlineData("Forwarded", "for=192.0.2.1", "192.0.2.1", false)]
    [InlineData("Forwarded", "For=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17", false)]
    [InlineData("Forwarded", "for=192.0.2.60;proto=http;by=203.0.113.43", "192.0.2.60", false)]
    [InlineData("Forwarded", "proto=http; for=192.0.2.60 ;by=203.0.113.43", "192.0.2.60", false)]
    [InlineData("Forwarded", "for=192.0.2.43, for=10.0.0.17", "192.0.2.43", false)]
    [InlineData("Forwarded", "for=\"192.0.2.43:47011\", for=\"10.0.0.17:_x\"", "192.0.2.43", false)]
    [InlineData("Forwarded", "for=192.0.2.43:47011", "192.0.2.43", false)]
    [InlineData("Forwarded", "for=\"\\192.0.2.43\"", "192.0.2.43", false)]
    [InlineData("Forwarded", "for=192.0.2.43;host=\"a, for=192.0.2.9\"", "192.0.2.43", false)]
    // Ends at the last proven address.
    [InlineData("X-Forwarded-For", "192.0.2.1, unknown, 10.0.0.2", "10.0.0.2", true)]
    [InlineData("X-Forwarded-For", "192.0.2.1, unknown", "10.0.0.1", true)]
    [InlineData("X-Forwarded-For", "192.0.2.1, 10.0.0.300", "10.0.0.1", true)]
    [InlineData("X-Forwarded-For", "", "10.0.0.1", true)]
    [InlineData("X-Forwarded-For", "10.0.0.3, 10.0.0.2", "10.0.0.3", true)]
    [InlineData("Forwarded", "for=192.0.2.1, for=unknown, for=10.0.0.2", "10.0.0.2", true)]
    [InlineData("Forwarded", "for=_hidden, for=_SEVKISEK", "10.0.0.1", true)]
    [InlineData("Forwarded", "for=192.0.2.1;for=192.0.2.2", "10.0.0.1", true)]
    [InlineData("Forwarded", "proto=https", "10.0.0.1", true)]
    [InlineData("Forwarded", "for=192.0.2.1;", "10.0.0.1", true)]
    [InlineData("Forwarded", "for=192.0.2.1;x", "10.0.0.1", true)]
    [InlineData("Forwarded", "for=\"192.0.2.1", "10.0.0.1", true)]
    [InlineData("Forwarded", "for=\"192.0.2.1\"x", "10.0.0.1", true)]
    public void The_client_is_the_first_from_the_right_that_is_no_proxy(string header, string value, string client, bool isTrusted)
    {
        using var requests = new Requests(Requests.Trusting(header, "10.0.0.0/8"));
        var found = requests.ClientOf(Requests.From("10.0.0.1", (header, value)));
        Assert.Equal(client, found.Address!.ToString());
        Assert.Equal(isTrusted, found.IsTrusted);
    }

    [Theory]
    [InlineData("CF-Connecting-IP", "10.0.0.9")]
    [InlineData("X-Real-IP", "10.0.0.9")]
    [InlineData("CF-Connecting-IP", "192.0.2.1, 10.0.0.9")]
    [InlineData("X-Real-IP", "198.51.100.7")]
    [InlineData("X-Forwarded-For", "198.51.100.7")]
    [InlineData("Forwarded", "for=198.51.100.7")]
    public void Whoever_is_named_as_a_client_is_counted_whatever_its_address(string header, string value)
    {
        // 198.51.100.7 speaks PROXY protocol; a program that strangers run within a CDN has an address of the CDN's.
        var options = Requests.Trusting(header, "10.0.0.0/8");
        options.ProxyProtocol = new ProxyProtocolOptions { Endpoints = ["Other"], From = ["198.51.100.7"] };
        using var requests = new Requests(options);
        var client = requests.ClientOf(Requests.From("10.0.0.1", (header, value)));
        Assert.EndsWith(client.Address!.ToString(), value, StringComparison.Ordinal);
        Assert.False(client.IsTrusted);
        Assert.False(client.IsDirect);
        // It cannot be banned, and without a header the same address is a proxy's own.
        Assert.True(requests.Rules.IsTrusted(client.Address));
        Assert.True(requests.ClientOf(Requests.From(client.Address.ToString())).IsTrusted);
        Assert.False(requests.ClientOf(Requests.From("10.0.0.1", (header, value))).IsTrusted);
    }

    [Fact]
    public void A_trusted_peer_without_a_header_is_itself_and_trusted()
    {
        using var requests = new Requests(Requests.Trusting("X-Forwarded-For", "10.0.0.0/8"));
        var client = requests.ClientOf(Requests.From("10.0.0.1"));
        Assert.Equal("10.0.0.1", client.Address!.ToString());
        Assert.True(client.IsTrusted);
        Assert.True(client.IsDirect);
    }

    [Theory]
    [InlineData(1, "192.0.2.1", false, "192.0.2.1")]
    [InlineData(2, "192.0.2.1, 10.0.0.2", false, "192.0.2.1")]
    [InlineData(1, "192.0.2.1, 10.0.0.2", true, "10.0.0.2")]
    [InlineData(64, "192.0.2.1, 10.0.0.2", false, "192.0.2.1")]
    public void No_more_hops_are_looked_at_than_configured(int hops, string value, bool isTrusted, string client)
    {
        var options = Requests.Trusting("X-Forwarded-For", "10.0.0.0/8");
        options.MaxHops = hops;
        using var requests = new Requests(options);
        var found = requests.ClientOf(Requests.From("10.0.0.1", ("X-Forwarded-For", value)));
        Assert.Equal(client, found.Address!.ToString());
        Assert.Equal(isTrusted, found.IsTrusted);
    }

    [Fact]
    public void A_Unix_socket_is_believed_when_it_is_named()
    {
        using var requests = new Requests(Requests.Trusting("X-Forwarded-For", "unix"));
        Assert.Equal("192.0.2.1", requests.ClientOf(Requests.From(null, ("X-Forwarded-For", "192.0.2.1"))).Address!.ToString());
        using var without = new Requests(Requests.Trusting("X-Forwarded-For", "10.0.0.1"));
        Assert.Null(without.ClientOf(Requests.From(null, ("X-Forwarded-For", "192.0.2.1"))).Address);
    }

    [Theory]
    [InlineData("10.0.0.1", "https", "https")]
    [InlineData("10.0.0.1", "HTTPS", "https")]
    [InlineData("10.0.0.1", "http, https", "https")]
    [InlineData("10.0.0.1", "https, http", "http")]
    [InlineData("10.0.0.1", "javascript", "http")]
    [InlineData("10.0.0.1", "", "http")]
    [InlineData("192.0.2.1", "https", "http")]
    public void The_scheme_comes_from_trusted_proxies_only(string peer, string proto, string scheme)
    {
        using var requests = new Requests(new ClientAddressOptions { TrustedProxies = ["10.0.0.1"], ForwardedProto = true });
        var context = Requests.From(peer, ("X-Forwarded-Proto", proto));
        context.Request.Scheme = "http";
        _ = requests.ClientOf(context);
        Assert.Equal(scheme, context.Request.Scheme);
    }

    [Fact]
    public void The_scheme_is_left_alone_by_default()
    {
        using var requests = new Requests(Requests.Trusting("X-Forwarded-For", "10.0.0.1"));
        var context = Requests.From("10.0.0.1", ("X-Forwarded-Proto", "https"));
        context.Request.Scheme = "http";
        _ = requests.ClientOf(context);
        Assert.Equal("http", context.Request.Scheme);
    }

    [Fact]
    public void A_client_that_was_named_by_PROXY_protocol_is_not_direct_and_may_itself_be_a_proxy()
    {
        var options = Requests.Trusting("X-Forwarded-For", "198.51.100.1");
        options.ProxyProtocol = new ProxyProtocolOptions { Endpoints = ["*"], From = ["10.0.0.1"] };
        using var requests = new Requests(options);
        var plain = requests.ClientOf(Proxied("192.0.2.1"));
        Assert.Equal("192.0.2.1", plain.Address!.ToString());
        Assert.False(plain.IsDirect);
        Assert.False(plain.IsTrusted);
        Assert.True(requests.ClientOf(Requests.From("192.0.2.1")).IsDirect);

        var behind = Proxied("198.51.100.1");
        behind.Request.Headers["X-Forwarded-For"] = "192.0.2.9";
        Assert.Equal("192.0.2.9", requests.ClientOf(behind).Address!.ToString());

        // The load balancer itself: a health check without a header. It is counted for nobody, and its HTTP headers are its clients'.
        var balancer = requests.ClientOf(Requests.From("10.0.0.1", ("X-Forwarded-For", "192.0.2.9")));
        Assert.Equal("10.0.0.1", balancer.Address!.ToString());
        Assert.True(balancer.IsTrusted);

        // Connections live longer than the setting.
        requests.Options.Publish(new ClientAddressOptions());
        Assert.False(requests.ClientOf(Proxied("192.0.2.1")).IsDirect);
    }

    private static DefaultHttpContext Proxied(string client)
    {
        var context = Requests.From(client);
        context.Features.Set<IProxiedPeerFeature>(new Peer());
        return context;
    }

    private sealed class Peer : IProxiedPeerFeature
    {
        EndPoint? IProxiedPeerFeature.Peer => new IPEndPoint(IPAddress.Parse("10.0.0.1"), 1);
    }
}
