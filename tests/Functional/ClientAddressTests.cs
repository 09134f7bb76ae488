using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Weir.Support;
using Weir.Support.Apache;

namespace Weir.Functional;

/// <summary>Whom a real Apache is told about, with proxies and load balancers in front of a real gateway.</summary>
public sealed class ClientAddressTests
{
    /// <summary>Apache says what it was told.</summary>
    private const string Seen = "Header always set X-Seen-For \"expr=%{HTTP:X-Forwarded-For}\"\nHeader always set X-Seen-Proto \"expr=%{HTTP:X-Forwarded-Proto}\"";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task X_Forwarded_For_is_believed_from_a_trusted_proxy_and_from_nobody_else()
    {
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions { Modules = ["headers"], Extra = Seen });
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.InFrontOf([apache.Url], Weir(
            """{ "TrustedProxies": ["127.0.0.2"], "Header": "X-Forwarded-For", "ForwardedProto": true }""")));

        var trusted = await AskAsync(gateway, "127.0.0.2", "192.0.2.66, 203.0.113.7");
        Assert.Equal(("203.0.113.7", "https"), (ValueOf(trusted, "X-Seen-For"), ValueOf(trusted, "X-Seen-Proto")));
        var untrusted = await AskAsync(gateway, "127.0.0.3", "192.0.2.66, 203.0.113.7");
        Assert.Equal(("127.0.0.3", "http"), (ValueOf(untrusted, "X-Seen-For"), ValueOf(untrusted, "X-Seen-Proto")));
        var silent = await AskAsync(gateway, "127.0.0.2", null);
        Assert.Equal("127.0.0.2", ValueOf(silent, "X-Seen-For"));
        Assert.Equal(1, await GatewayPages.MetricAsync(gateway, "weir_client_address_unnamed_total"));
    }

    [Fact]
    public async Task Apaches_mod_remoteip_sees_the_client_that_the_gateway_has_verified()
    {
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions
        {
            Modules = ["remoteip", "log_config"],
            Extra = "RemoteIPHeader X-Forwarded-For\nRemoteIPInternalProxy 127.0.0.1\nLogFormat \"%a %U\" client\nCustomLog logs/client.log client",
        });
        await using var gateway = await GatewayProcess.StartAsync(GatewayProcess.InFrontOf([apache.Url], Weir(
            """{ "TrustedProxies": ["127.0.0.2"], "Header": "X-Forwarded-For" }""")));

        await AskAsync(gateway, "127.0.0.2", "127.0.0.1, 203.0.113.7");
        await AskAsync(gateway, "127.0.0.3", "203.0.113.8");

        var log = Path.Combine(apache.Root, "logs", "client.log");
        using var patience = new CancellationTokenSource(Patience);
        string[] seen;
        while ((seen = File.Exists(log) ? [.. (await File.ReadAllLinesAsync(log)).Where(l => l.EndsWith(" /page/1k", StringComparison.Ordinal))] : []).Length < 2)
            await Task.Delay(20, patience.Token);
        Assert.Equal(["203.0.113.7 /page/1k", "127.0.0.3 /page/1k"], seen);
    }

    [Fact]
    public async Task curl_speaks_the_PROXY_protocol_to_the_endpoint_that_is_named()
    {
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions { Modules = ["headers"], Extra = Seen });
        await using var gateway = await StartSpeakingAsync(apache, "127.0.0.2");

        // The look whether it listens came from an address that may not send a header: refused once, at a time of its own.
        using var patience = new CancellationTokenSource(Patience);
        while (await GatewayPages.MetricAsync(gateway, "weir_proxy_protocol_refused_total") == 0)
            await Task.Delay(20, patience.Token);

        // curl names its own addresses; what it came from is what the gateway reads in the header.
        Assert.Equal("127.0.0.2", ValueOf(await CurlAsync("--haproxy-protocol", "--interface", "127.0.0.2", gateway.Url + "/page/1k"), "X-Seen-For"));
        // Without a header, and from somebody who may not send one.
        Assert.Equal("", await CurlAsync("--interface", "127.0.0.2", gateway.Url + "/page/1k"));
        Assert.Equal("", await CurlAsync("--haproxy-protocol", "--interface", "127.0.0.3", gateway.Url + "/page/1k"));
        Assert.Equal(3, await GatewayPages.MetricAsync(gateway, "weir_proxy_protocol_refused_total"));
    }

    [Theory]
    [InlineData("send-proxy")]
    [InlineData("send-proxy-v2")]
    [InlineData("send-proxy-v2 proxy-v2-options crc32c,unique-id")]
    public async Task HAProxy_names_its_client_by_PROXY_protocol(string how)
    {
        await using var apache = await ApacheServer.StartAsync(new ApacheOptions { Modules = ["headers"], Extra = Seen });
        await using var gateway = await StartSpeakingAsync(apache, "127.0.0.1");
        var port = ApacheServer.FreePort();
        var file = Path.Combine(gateway.Folder, "haproxy.cfg");
        await File.WriteAllTextAsync(file, $"""
            defaults
              mode tcp
              timeout connect 5s
              timeout client 30s
              timeout server 30s
            frontend front
              bind 127.0.0.1:{port}
              unique-id-format %rt
              default_backend gateway
            backend gateway
              server weir 127.0.0.1:{gateway.Port} source 127.0.0.1 {how}

            """);
        using var haproxy = Process.Start(new ProcessStartInfo("/usr/sbin/haproxy", ["-db", "-f", file]) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false })!;
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            while (!await IsOpenAsync(port))
            {
                Assert.False(haproxy.HasExited, haproxy.HasExited ? await haproxy.StandardError.ReadToEndAsync() : "");
                await Task.Delay(20, patience.Token);
            }

            Assert.Equal("127.0.0.9", ValueOf(await CurlAsync("--interface", "127.0.0.9", $"http://127.0.0.1:{port}/page/1k"), "X-Seen-For"));
            Assert.Equal(0, await GatewayPages.MetricAsync(gateway, "weir_proxy_protocol_refused_total"));
        }
        finally
        {
            haproxy.Kill();
            await haproxy.WaitForExitAsync();
        }
    }

    private static Task<GatewayProcess> StartSpeakingAsync(ApacheServer apache, string from)
    {
        var configuration = GatewayProcess.InFrontOf([apache.Url], Weir($$"""{ "ProxyProtocol": { "Endpoints": ["Edge"], "From": ["{{from}}"] } }"""));
        configuration["Kestrel"] = JsonNode.Parse($$"""{ "Endpoints": { "Edge": { "Url": "http://127.0.0.1:{{ApacheServer.FreePort()}}" } } }""");
        return GatewayProcess.StartAsync(configuration);
    }

    private static JsonObject Weir(string clientAddress) => new() { ["ClientAddress"] = JsonNode.Parse(clientAddress) };

    private static async Task<string> AskAsync(GatewayProcess gateway, string from, string? forwardedFor)
    {
        using var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancel) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
                await socket.ConnectAsync(gateway.EndPoint, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        {
            Timeout = Patience,
        };
        using var request = new HttpRequestMessage(HttpMethod.Get, gateway.Url + "/page/1k");
        if (forwardedFor is not null)
        {
            request.Headers.Add("X-Forwarded-For", forwardedFor);
            request.Headers.Add("X-Forwarded-Proto", "https");
        }

        using var answer = await http.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, $"{answer}\n{string.Join('\n', gateway.Log)}");
        return answer.Headers.ToString();
    }

    private static string? ValueOf(string answer, string name) =>
        answer.Split('\n').FirstOrDefault(l => l.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))?[(name.Length + 2)..].Trim();

    private static async Task<bool> IsOpenAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task<string> CurlAsync(params string[] arguments)
    {
        using var curl = Process.Start(new ProcessStartInfo("curl", ["-s", "-i", "--noproxy", "*", "--max-time", "30", .. arguments]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var text = await curl.StandardOutput.ReadToEndAsync();
        await curl.WaitForExitAsync();
        return text;
    }
}
