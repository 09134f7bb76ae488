using Weir.Gateway.Tests.RequestRules;
using Weir.Support.Http;

namespace Weir.Gateway.Tests.Listeners;

/// <summary>What a server hears of the client, from our forwarder and from YARP's.</summary>
public sealed class ForwardedChainTests
{
    private static readonly string[] Proxy = ["--Weir:ClientAddress:TrustedProxies:0=127.0.0.1", "--Weir:ClientAddress:Header=X-Forwarded-For", "--Weir:ClientAddress:ForwardedProto=true"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Behind_a_trusted_proxy_the_server_gets_the_verified_client_alone(bool stock)
    {
        await using var gateway = await StartAsync(stock, Proxy);
        // One connection of the proxy, many clients.
        await using var connection = await RawConnection.OpenAsync(gateway.EndPoint);
        foreach (var (sent, client) in new[] { ("192.0.2.9, 203.0.113.1", "203.0.113.1"), ("203.0.113.2", "203.0.113.2"), ("2001:db8::3, 127.0.0.1", "2001:db8::3") })
        {
            await connection.SendAsync($"GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: {sent}\r\nX-Forwarded-Proto: https\r\nForwarded: for=192.0.2.9\r\n\r\n");
            Assert.NotNull(await connection.ReadAnswerAsync());
            var seen = gateway.Origin.Requests[^1];
            Assert.Equal([$"X-Forwarded-For: {client}"], Lines(seen, "X-Forwarded-For"));
            Assert.Equal(["X-Forwarded-Proto: https"], Lines(seen, "X-Forwarded-Proto"));
            Assert.Empty(Lines(seen, "Forwarded"));
        }

        // Without a header it is the proxy's own request again.
        await connection.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.NotNull(await connection.ReadAnswerAsync());
        Assert.Equal(["X-Forwarded-For: 127.0.0.1"], Lines(gateway.Origin.Requests[^1], "X-Forwarded-For"));
        Assert.Equal(["X-Forwarded-Proto: http"], Lines(gateway.Origin.Requests[^1], "X-Forwarded-Proto"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task From_anybody_else_the_server_gets_the_peer_whatever_it_claims(bool stock)
    {
        foreach (var settings in new[] { [], new[] { "--Weir:ClientAddress:TrustedProxies:0=192.0.2.1", "--Weir:ClientAddress:Header=CF-Connecting-IP", "--Weir:ClientAddress:ForwardedProto=true" } })
        {
            await using var gateway = await StartAsync(stock, settings);
            await using var connection = await RawConnection.OpenAsync(gateway.EndPoint);
            await connection.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.1\r\nX-Forwarded-Proto: https\r\nForwarded: for=203.0.113.1\r\nCF-Connecting-IP: 203.0.113.1\r\n\r\n");
            Assert.NotNull(await connection.ReadAnswerAsync());
            var seen = gateway.Origin.Requests[^1];
            Assert.Equal(["X-Forwarded-For: 127.0.0.1"], Lines(seen, "X-Forwarded-For"));
            Assert.Equal(["X-Forwarded-Proto: http"], Lines(seen, "X-Forwarded-Proto"));
            Assert.Empty(Lines(seen, "Forwarded"));
            Assert.Equal(settings.Length > 0 ? 0 : 1, Lines(seen, "CF-Connecting-IP").Length);
        }
    }

    private static async Task<RulesGateway> StartAsync(bool stock, string[] settings)
    {
        var gateway = new RulesGateway();
        await gateway.StartAsync([.. settings, $"--Weir:Forwarding:UseStockForwarder={stock}"]);
        return gateway;
    }

    private static string[] Lines(string request, string name) =>
        [.. request.Split("\r\n").Where(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))];
}
