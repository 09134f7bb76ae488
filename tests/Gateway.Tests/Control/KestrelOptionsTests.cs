using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;

namespace Weir.Gateway.Tests.Control;

public sealed class KestrelOptionsTests
{
    [Fact]
    public async Task Limits_and_switches_of_the_Kestrel_section_take_effect()
    {
        await using var gateway = await StartAsync(
            "--Kestrel:Limits:MaxRequestHeaderCount=2", "--Kestrel:Limits:MaxConcurrentConnections=1", "--Kestrel:AddServerHeader=false");
        var address = new Uri(gateway.Urls.Single());
        using var first = new TcpClient();
        await first.ConnectAsync(IPAddress.Loopback, address.Port);
        var few = await AskAsync(first, "Host: a\r\n");
        Assert.StartsWith("HTTP/1.1 404 ", few, StringComparison.Ordinal);
        Assert.DoesNotContain("Server:", few, StringComparison.OrdinalIgnoreCase);

        using var second = new TcpClient();
        await second.ConnectAsync(IPAddress.Loopback, address.Port);
        Assert.Equal("", await AskAsync(second, "Host: a\r\n"));

        Assert.StartsWith("HTTP/1.1 431 ", await AskAsync(first, "Host: a\r\nA: 1\r\nB: 2\r\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"Limits": {"MaxConcurrentConections": 5}}""", "Kestrel:Limits:MaxConcurrentConections is unknown; the nearest known key is MaxConcurrentConnections.")]
    [InlineData("""{"Limits": {"Http2": {"MaxStreams": 5}}}""", "Kestrel:Limits:Http2:MaxStreams is unknown; the nearest known key is ")]
    [InlineData("""{"Limits": {"MaxConcurrentConnections": "lots"}}""", "Kestrel:Limits:MaxConcurrentConnections is 'lots'; Kestrel refuses it: ")]
    [InlineData("""{"Limits": {"MinResponseDataRate": {"BytesPerSecond": 0}}}""", "Kestrel:Limits:MinResponseDataRate is ")]
    [InlineData("""{"Limits": {"MinRequestBodyDataRate": {"GracePeriod": "00:00:00.5"}}}""", "Kestrel:Limits:MinRequestBodyDataRate is ")]
    [InlineData("""{"Limits": {"MaxConcurrentConnections": 0}}""", "Kestrel:Limits:MaxConcurrentConnections is '0'; Kestrel refuses it: ")]
    [InlineData("""{"AddServerHeader": "no"}""", "Kestrel:AddServerHeader is 'no'; Kestrel refuses it: ")]
    public async Task A_limit_that_Kestrel_would_not_take_is_named(string kestrel, string expected) =>
        Assert.StartsWith(expected, Assert.Single(await Compilation.ErrorsOfAsync($$"""{"Kestrel": {{kestrel}} }""")), StringComparison.Ordinal);

    [Fact]
    public async Task Limits_that_Kestrel_takes_are_no_fault() =>
        Assert.Empty(await Compilation.ErrorsOfAsync(
            """
            {"Kestrel": {"AddServerHeader": false, "Limits": {
               "MaxConcurrentConnections": 1000, "MaxRequestBodySize": null, "KeepAliveTimeout": "00:01:00",
               "MinRequestBodyDataRate": {"BytesPerSecond": 100, "GracePeriod": "00:00:10"}, "Http2": {"MaxStreamsPerConnection": 50}}}}
            """));

    private static async Task<WebApplication> StartAsync(params string[] more)
    {
        using var directory = new ConfigurationDirectory();
        var file = directory.Write("""{"Weir": {"Management": {"Enabled": false}}}""");
        var gateway = GatewayHost.Build(["--config", file, "--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=None", .. more]);
        await gateway.StartAsync();
        return gateway;
    }

    /// <summary>One request and what comes back at once; empty when the server closes instead.</summary>
    private static async Task<string> AskAsync(TcpClient client, string headers)
    {
        var stream = client.GetStream();
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\n{headers}\r\n"));
            var buffer = new byte[4096];
            return Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer));
        }
        catch (IOException)
        {
            return "";
        }
    }
}
