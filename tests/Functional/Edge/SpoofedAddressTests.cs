using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weir.Support;
using Weir.Support.Http;

namespace Weir.Functional.Edge;

/// <summary>Who is counted and banned when a client says that it is somebody else: the throttle's refusals lead to bans by a jail.</summary>
[Collection(EdgeCollection.Name)]
public sealed class SpoofedAddressTests
{
    private const int Allowed = 20;
    private const int Proxy = 2;
    private static readonly IPAddress ProxyAddress = Of(Proxy);

    [Theory]
    [InlineData("X-Forwarded-For", "X-Forwarded-For: {0}\r\n")]
    [InlineData("Forwarded", "Forwarded: for={0}\r\n")]
    [InlineData("X-Real-IP", "X-Real-IP: {0}\r\n")]
    public async Task No_header_changes_who_is_counted_and_banned(string header, string line)
    {
        await using var origin = new RecordingOrigin();
        await using var gateway = await StartAsync(origin, header);
        Task<int> AskAsync(IPAddress from, params string[] named) =>
            Wire.StatusAsync(gateway.EndPoint, from, Wire.Request("/", string.Concat(named.Select(n => string.Format(null, line, n)))));

        // Nobody trusts this one: a new name each time, also that of the trusted proxy, is the same client still.
        var statuses = new List<int>();
        for (var i = 0; i < 200 && !statuses.Contains(403) && !statuses.Contains(0); i++)
            statuses.Add(await AskAsync(Of(5), i % 2 == 0 ? $"203.0.113.{i}" : $"{ProxyAddress}"));
        Assert.Equal(Allowed, statuses.Count(s => s == 200));
        await UntilBannedAsync(gateway, "127.0.0.5");

        // Behind the proxy each client counts for itself.
        await UntilRefusedAsync(() => AskAsync(ProxyAddress, "198.51.100.1"));
        await UntilBannedAsync(gateway, "127.0.0.5", "198.51.100.1");
        Assert.Equal(403, await AskAsync(ProxyAddress, "198.51.100.1"));
        Assert.Equal(200, await AskAsync(ProxyAddress, "198.51.100.2"));

        // What a client wrote itself stands to the left of what the proxy added, in the same line or in one before.
        if (header != "X-Real-IP")
        {
            var i = 0;
            await UntilRefusedAsync(() => AskAsync(ProxyAddress, $"203.0.113.{++i % 200}", Also(header, $"{ProxyAddress}", "198.51.100.3")));
            await UntilBannedAsync(gateway, "127.0.0.5", "198.51.100.1", "198.51.100.3");
            await UntilRefusedAsync(() => AskAsync(ProxyAddress, Also(header, $"203.0.113.{++i % 200}", "198.51.100.4")));
            await UntilBannedAsync(gateway, "127.0.0.5", "198.51.100.1", "198.51.100.3", "198.51.100.4");
            // Nobody was banned in the name that they wrote.
            Assert.Equal(200, await AskAsync(ProxyAddress, "203.0.113.1"));
        }

        // The proxy is never counted nor banned, not even by an operator.
        for (var j = 0; j < 3 * Allowed; j++)
            Assert.Equal(200, await AskAsync(ProxyAddress));
        using var http = new HttpClient();
        using var body = new StringContent($$"""{ "network": "{{ProxyAddress}}" }""", System.Text.Encoding.UTF8, "application/json");
        using var refused = await http.PostAsync(gateway.ManagementUrl + "/api/bans", body);
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Equal(200, await AskAsync(ProxyAddress, "198.51.100.2"));
    }

    private static string Also(string header, string first, string second) => header == "Forwarded" ? $"{first}, for={second}" : $"{first}, {second}";

    private static IPAddress Of(int last) => new([127, 0, 0, (byte)last]);

    private static Task<GatewayProcess> StartAsync(RecordingOrigin origin, string header) => GatewayProcess.StartAsync(GatewayProcess.InFrontOf(
        [origin.Url],
        (JsonObject)JsonNode.Parse($$"""
            {
              "Farm": { "StatusPath": null },
              "ClientAddress": { "TrustedProxies": ["{{ProxyAddress}}"], "Header": "{{header}}" },
              "Throttle": { "Enabled": true, "PageCount": 0, "SiteCount": {{Allowed}}, "SiteInterval": "01:00:00", "BlockingPeriod": "01:00:00" },
              "Jail": { "StateFile": "", "Jails": { "floods": { "Offences": ["Throttle"], "MaxRetry": 3, "BanTime": "01:00:00" } } }
            }
            """)!));

    // Asks on until the ban answers: 429 are the throttle's, before it.
    private static async Task UntilRefusedAsync(Func<Task<int>> ask)
    {
        var answers = new List<int>();
        for (var i = 0; i < 200 && !answers.Contains(403); i++)
            answers.Add(await ask());
        Assert.Equal(Allowed, answers.Count(a => a == 200));
        Assert.Equal(403, answers[^1]);
    }

    private static async Task UntilBannedAsync(GatewayProcess gateway, params string[] networks)
    {
        using var http = new HttpClient();
        string[] banned = [];
        for (var i = 0; i < 300; i++)
        {
            using var json = JsonDocument.Parse(await http.GetStringAsync(gateway.ManagementUrl + "/api/bans"));
            banned = [.. json.RootElement.GetProperty("bans").EnumerateArray().Select(b => b.GetProperty("network").GetString()!).Order(StringComparer.Ordinal)];
            if (banned.SequenceEqual(networks.Order(StringComparer.Ordinal)))
                return;
            await Task.Delay(100);
        }

        Assert.Fail($"Banned are {string.Join(' ', banned)} and not {string.Join(' ', networks)}:\n{string.Join('\n', gateway.Log.TakeLast(40))}");
    }
}
