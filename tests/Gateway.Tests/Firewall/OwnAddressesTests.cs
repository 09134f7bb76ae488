using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Weir.Gateway.Connections;
using Weir.Policies.Contracts;
using Weir.Policies.Firewall;
using Weir.Policies.State;
using Weir.Support;

namespace Weir.Gateway.Tests.Firewall;

/// <summary>What the gateway finds in its configuration and cannot do without.</summary>
public sealed class OwnAddressesTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("192.0.2.10/32", true)]
    [InlineData("192.0.2.0/24", true)]
    [InlineData("192.0.2.11/32", true)]
    [InlineData("2001:db8:0:5::/64", true)]
    [InlineData("2001:db8::/32", true)]
    [InlineData("2001:db8:0:5:8::/80", true)]
    [InlineData("192.0.2.12/32", true)]
    [InlineData("192.0.2.13/32", true)]
    [InlineData("::ffff:192.0.2.10/128", true)]
    [InlineData("192.0.2.14/32", false)]
    [InlineData("2001:db8:0:6::/64", false)]
    public async Task Destinations_their_health_and_Redis_are_known_at_once(string network, bool expected)
    {
        await using var app = Build(
            "--ReverseProxy:Clusters:web:Destinations:one:Address=http://192.0.2.10:8080/", "--ReverseProxy:Clusters:web:Destinations:one:Health=http://192.0.2.11/",
            "--ReverseProxy:Clusters:web:Destinations:two:Address=http://[2001:db8:0:5::1]/",
            "--Weir:State:Redis:Sentinels:0=192.0.2.12:26379", "--Weir:State:Redis:Sentinels:1=192.0.2.13:26379");
        await app.StartAsync(Cancel);

        Assert.Equal(expected, app.Services.GetRequiredService<IOwnAddresses>().Overlaps(IPNetwork.Parse(network)));
        var ban = new Ban(IPNetwork.Parse(network), "test", "test", DateTimeOffset.UnixEpoch, null, 1, BanOrigin.Jail, IsDirect: true);
        Assert.Equal(expected ? "own" : null, app.Services.GetRequiredService<BanFilter>().WhyNot(ban));
        await app.StopAsync(Cancel);
    }

    [Fact]
    public async Task The_machines_addresses_are_its_own()
    {
        await using var app = Build("--ReverseProxy:Clusters:web:Destinations:one:Address=http://192.0.2.10/");
        await app.StartAsync(Cancel);
        var own = app.Services.GetRequiredService<IOwnAddresses>();

        Assert.All(
            NetworkInterface.GetAllNetworkInterfaces().SelectMany(i => i.GetIPProperties().UnicastAddresses).Select(a => new IPAddress(a.Address.GetAddressBytes())),
            a => Assert.True(own.Overlaps(new IPNetwork(a, a.GetAddressBytes().Length * 8)), a.ToString()));
        await app.StopAsync(Cancel);
    }

    [Fact]
    public async Task A_name_is_looked_up_again_and_again_and_keeps_its_addresses_while_it_cannot_be()
    {
        await using var app = Build("--ReverseProxy:Clusters:web:Destinations:one:Address=http://apache.invalid/", "--ReverseProxy:Clusters:web:Destinations:two:Address=http://nobody.invalid/");
        await app.StartAsync(Cancel);
        var time = new FakeTimeProvider();
        var (asked, answer) = (0, (string?)"192.0.2.20");
        using var own = new OwnAddresses(app.Services, Options.Create(new StateOptions()), time)
        {
            LookUp = (name, _) =>
            {
                Interlocked.Increment(ref asked);
                return answer is { } address && name == "apache.invalid" ? Task.FromResult(new[] { IPAddress.Parse(address) }) : throw new SocketException();
            },
        };
        var changes = 0;
        own.Changed += () => Interlocked.Increment(ref changes);
        await own.StartAsync(Cancel);
        await UntilAsync(() => own.Overlaps(IPNetwork.Parse("192.0.2.20/32")));

        answer = null;
        await UntilAsync(() => Volatile.Read(ref asked) >= 4, time);
        Assert.True(own.Overlaps(IPNetwork.Parse("192.0.2.20/32")));
        answer = "192.0.2.21";
        await UntilAsync(() => own.Overlaps(IPNetwork.Parse("192.0.2.21/32")), time);

        Assert.False(own.Overlaps(IPNetwork.Parse("192.0.2.20/32")));
        Assert.Equal(3, changes);
        await own.StopAsync(Cancel);
        await app.StopAsync(Cancel);
    }

    private static async Task UntilAsync(Func<bool> condition, FakeTimeProvider? time = null)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(40), "It did not come to that in time.");
            time?.Advance(OwnAddresses.Interval);
            await Task.Delay(10, Cancel);
        }
    }

    private static WebApplication Build(params string[] more) => GatewayHost.Build(
    [
        "--contentRoot", AppContext.BaseDirectory, "--Kestrel:Endpoints:Http:Url=http://127.0.0.1:0", "--Weir:Management:Url=http://127.0.0.1:0",
        "--ReverseProxy:Routes:all:ClusterId=web", "--ReverseProxy:Routes:all:Match:Path={**path}",
        "--Weir:Farm:ColdStart:Enabled=false", "--Logging:LogLevel:Default=None", .. more,
    ]);
}
