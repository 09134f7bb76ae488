using Microsoft.Extensions.DependencyInjection;
using Weir.Forwarding.Slots;

namespace Weir.Gateway.Tests.Control;

public sealed class Ipv6ServerTests
{
    [Fact]
    public async Task A_server_with_an_IPv6_address_is_polled_and_has_slots_under_one_spelling()
    {
        await using var gateway = GatewayHost.Build(
        [
            "--contentRoot", AppContext.BaseDirectory, "--urls", "http://127.0.0.1:0", "--Weir:Management:Enabled=false",
            "--ReverseProxy:Routes:all:ClusterId=web", "--ReverseProxy:Routes:all:Match:Path={**path}",
            "--ReverseProxy:Clusters:web:Destinations:one:Address=http://[::1]:7/", "--Logging:LogLevel:Default=None",
        ]);
        await gateway.StartAsync();
        Assert.Equal(["http://[::1]:7"], gateway.Services.GetRequiredService<ServerDirectory>().All.Select(s => s.Address));
        await gateway.StopAsync();
    }
}
