using Weir.Policies.ClientAddress;

namespace Weir.Policies.Tests.ClientAddress;

public class ClientAddressOptionsTests
{
    private const string Networks = "an address, or a network such as 10.0.0.0/8 or 2001:db8::/32";
    private const string NotAll = "a network that is not all of IPv4 or IPv6, since whoever trusts everybody trusts every forged header";

    [Fact]
    public void By_default_nobody_is_trusted_and_nothing_is_read()
    {
        var options = new ClientAddressOptions();
        Assert.Empty(options.TrustedProxies);
        Assert.Equal("None", options.Header);
        Assert.False(options.ForwardedProto);
        Assert.Equal(16, options.MaxHops);
        Assert.Equal(64, options.IPv6Prefix);
        Assert.Empty(options.ProxyProtocol.Endpoints);
        Assert.Empty(options.ProxyProtocol.From);
        Assert.Equal(TimeSpan.FromSeconds(5), options.ProxyProtocol.HeaderTimeout);
        Assert.Empty(Faults(options));
    }

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("10.0.0.0/8")]
    [InlineData("128.0.0.0/1")]
    [InlineData("2001:db8::/32")]
    [InlineData("2001:db8::1")]
    [InlineData("::ffff:10.0.0.0/104")]
    [InlineData("unix")]
    public void Addresses_and_networks_may_be_trusted(string proxy) => Assert.Empty(Faults(Requests.Trusting("X-Forwarded-For", proxy)));

    [Theory]
    [InlineData("10.0.0.1/8", "a network's first address, here 10.0.0.0/8")]
    [InlineData("2001:db8::1/32", "a network's first address, here 2001:db8::/32")]
    [InlineData("0.0.0.0/0", NotAll)]
    [InlineData("::/0", NotAll)]
    [InlineData("::ffff:0.0.0.0/96", NotAll)]
    [InlineData("::/64", NotAll)]
    [InlineData("10.0.0.0/33", Networks)]
    [InlineData("2001:db8::/129", Networks)]
    [InlineData("10.0.0.0/", Networks)]
    [InlineData("10.0.0.0/-1", Networks)]
    [InlineData("10/8", Networks)]
    [InlineData("proxy.example", Networks)]
    [InlineData("10.0.0.1:80", Networks)]
    [InlineData("[::1]", Networks)]
    [InlineData("fe80::1%eth0", Networks)]
    [InlineData("", Networks)]
    public void What_is_no_network_is_refused_with_what_is_allowed(string proxy, string allowed)
    {
        Assert.Equal([$"Weir:ClientAddress:TrustedProxies:0 is '{proxy}'; allowed: {allowed}."], Faults(Requests.Trusting("X-Forwarded-For", proxy)));
        var options = new ClientAddressOptions { ProxyProtocol = new ProxyProtocolOptions { Endpoints = ["*"], From = ["10.0.0.1", proxy] } };
        Assert.Equal([$"Weir:ClientAddress:ProxyProtocol:From:1 is '{proxy}'; allowed: {allowed}."], Faults(options));
    }

    [Fact]
    public void A_header_without_trusted_proxies_is_refused() =>
        Assert.Equal(
            ["Weir:ClientAddress:Header is 'X-Forwarded-For', and Weir:ClientAddress:TrustedProxies is empty, so that nobody's would be believed; name the proxies, or set Header to None."],
            Faults(Requests.Trusting("X-Forwarded-For")));

    [Fact]
    public void A_scheme_without_trusted_proxies_is_refused() =>
        Assert.Equal(
            ["Weir:ClientAddress:ForwardedProto is true, and Weir:ClientAddress:TrustedProxies is empty, so that nobody's would be believed; name the proxies, or set ForwardedProto to false."],
            Faults(new ClientAddressOptions { ForwardedProto = true }));

    [Theory]
    [InlineData("X Forwarded")]
    [InlineData("X_Real_IP")]
    [InlineData("Host")]
    [InlineData("authorization")]
    public void A_header_that_cannot_name_a_client_is_refused(string header) =>
        Assert.Equal(
            [$"Weir:ClientAddress:Header is '{header}'; allowed: None, X-Forwarded-For, Forwarded, or the name of a header of one address, of letters, digits and hyphens."],
            Faults(Requests.Trusting(header, "10.0.0.1")));

    [Fact]
    public void The_PROXY_protocol_needs_endpoints_and_senders()
    {
        Assert.Equal(
            ["Weir:ClientAddress:ProxyProtocol:Endpoints is 'Http, Https', and Weir:ClientAddress:ProxyProtocol:From is empty, so that nobody could connect there; name the load balancers that send the header."],
            Faults(new ClientAddressOptions { ProxyProtocol = new ProxyProtocolOptions { Endpoints = ["Http", "Https"] } }));
        Assert.Equal(
            ["Weir:ClientAddress:ProxyProtocol:From is '10.0.0.1', and Weir:ClientAddress:ProxyProtocol:Endpoints is empty, so that nobody would be listened to; name the endpoints, or * for all."],
            Faults(new ClientAddressOptions { ProxyProtocol = new ProxyProtocolOptions { From = ["10.0.0.1"] } }));
        Assert.Equal(
            ["Weir:ClientAddress:ProxyProtocol:Endpoints:0 is ' '; allowed: a name below Kestrel:Endpoints, or *."],
            Faults(new ClientAddressOptions { ProxyProtocol = new ProxyProtocolOptions { Endpoints = [" "], From = ["10.0.0.1"] } }));
    }

    private static IEnumerable<string> Faults(ClientAddressOptions options) =>
        new ClientAddressOptionsValidator().Validate(null, options).Failures ?? [];
}
