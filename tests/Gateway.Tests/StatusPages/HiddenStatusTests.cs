using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Weir.Gateway.Tests.Control;

namespace Weir.Gateway.Tests.StatusPages;

public sealed class HiddenStatusTests
{
    [Theory]
    [InlineData("/server-status?auto")]
    [InlineData("/server%2dstatus")]
    [InlineData("/%73erver-status")]
    [InlineData("//server-status")]
    [InlineData("/a/%2e%2e/Server-Status/")]
    [InlineData("/weir-node.json")]
    [InlineData("/moved/server-status")]
    [InlineData("/moved//server%2Dstatus/x")]
    [InlineData("/below/status")]
    public async Task A_client_gets_404_and_the_server_is_not_asked(string target)
    {
        await using var upstream = await Upstream.StartAsync("the page");
        await using var gateway = await StartAsync(upstream, true);
        var answer = await AskAsync(gateway, target);
        Assert.StartsWith("HTTP/1.1 404 ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("the page", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/shop", true)]
    [InlineData("/moved/shop", true)]
    [InlineData("/server-status", false)]
    [InlineData("/moved/server-status", false)]
    public async Task Other_paths_pass_and_so_does_everything_when_HideStatus_is_off(string target, bool hides)
    {
        await using var upstream = await Upstream.StartAsync("the page");
        await using var gateway = await StartAsync(upstream, hides);
        Assert.Contains("the page", await AskAsync(gateway, target), StringComparison.Ordinal);
    }

    private static async Task<WebApplication> StartAsync(Upstream upstream, bool hides)
    {
        using var directory = new ConfigurationDirectory();
        var file = directory.Write(
            $$"""
            {"Weir": {"Management": {"Enabled": false},
                      "Farm": {"HideStatus": {{(hides ? "true" : "false")}}, "NodeDocumentPath": "/weir-node.json", "Poll": {"Interval": "00:10:00"} } },
             "ReverseProxy": {
               "Routes": {
                 "moved": {"ClusterId": "c", "Order": 0, "Match": {"Path": "/moved/{**x}"}, "Transforms": [{"PathRemovePrefix": "/moved"}]},
                 "below": {"ClusterId": "c", "Order": 0, "Match": {"Path": "/below/{x}"}, "Transforms": [{"PathPattern": "/server-{x}"}]},
                 "all": {"ClusterId": "c", "Order": 1, "Match": {"Path": "/{**x}"} } },
               "Clusters": {"c": {"Destinations": {"d": {"Address": "{{upstream.Address}}"} } } } } }
            """);
        var gateway = GatewayHost.Build(["--config", file, "--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default=None"]);
        await gateway.StartAsync();
        return gateway;
    }

    /// <summary>Over a bare socket: an HTTP client would tidy the target up.</summary>
    private static async Task<string> AskAsync(WebApplication gateway, string target)
    {
        var address = new Uri(gateway.Urls.Single());
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
