using System.Text.Json.Nodes;
using Weir.Support;
using Weir.Support.Apache;

namespace Weir.Functional.Throttle;

public sealed class BandwidthTests
{
    [Fact]
    public async Task A_paced_response_holds_no_slot_once_Apache_has_sent_it()
    {
        await using var apache = await ApacheServer.StartAsync();
        await File.WriteAllBytesAsync(Path.Combine(apache.Root, "htdocs", "page", "big"), new byte[4 << 20]);
        await using var gateway = await GatewayProcess.StartAsync(new JsonObject
        {
            ["ReverseProxy"] = JsonNode.Parse($$"""
                {
                  "Routes": { "all": { "ClusterId": "apache", "Match": { "Path": "/{**all}" } } },
                  "Clusters": { "apache": { "Destinations": { "one": { "Address": "{{apache.Url}}" } } } }
                }
                """),
            // At this rate the body takes more than ten minutes.
            ["Weir"] = JsonNode.Parse("""{ "Throttle": { "Enabled": true, "Rules": [ { "Name": "slow", "Scope": "Path", "Path": "/page/big", "BytesPerSecond": 6000 } ] } }"""),
        });
        using var http = new HttpClient();
        using var answer = await http.GetAsync(gateway.Url + "/page/big", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync();
        var received = 0L;
        var buffer = new byte[65536];
        using var over = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            while (await body.ReadAsync(buffer, over.Token) is > 0 and var bytes)
                Interlocked.Add(ref received, bytes);
        });
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await GatewayPages.MetricAsync(gateway, "weir_throttle_bandwidth_waits_total") == 0 || await GatewayPages.MetricAsync(gateway, "weir_server_in_flight") != 0)
            await Task.Delay(20, limit.Token);
        Assert.InRange(Interlocked.Read(ref received), 1, 1 << 20);
        Assert.False(reading.IsCompleted);
        await over.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }
}
