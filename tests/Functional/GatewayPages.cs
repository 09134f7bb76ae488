using System.Text.Json;
using Weir.Support;

namespace Weir.Functional;

/// <summary>What tests read from a gateway's management listener.</summary>
internal static class GatewayPages
{
    /// <summary>Asks /api/farm until one server fits; fails the test when none does within 2 minutes.</summary>
    public static async Task UntilServerAsync(GatewayProcess gateway, Func<JsonElement, bool> fits, string what)
    {
        using var http = new HttpClient();
        var report = "";
        for (var i = 0; i < 1200; i++)
        {
            report = await http.GetStringAsync(gateway.ManagementUrl + "/api/farm");
            using var json = JsonDocument.Parse(report);
            if (json.RootElement.GetProperty("servers").EnumerateArray().Any(fits))
                return;
            await Task.Delay(100);
        }

        Assert.Fail($"Not within 2 minutes: {what}. {report}\n{string.Join('\n', gateway.Log)}");
    }

    /// <summary>Sum of a metric's series; 0 when it has none yet.</summary>
    public static async Task<double> MetricAsync(GatewayProcess gateway, string name)
    {
        using var http = new HttpClient();
        return Sum(await http.GetStringAsync(gateway.ManagementUrl + "/metrics"), name);
    }

    /// <summary>Sum of a metric's series on a page of them.</summary>
    public static double Sum(string page, string name) => page.Split('\n')
        .Where(l => l.StartsWith(name, StringComparison.Ordinal) && l.Length > name.Length && l[name.Length] is ' ' or '{')
        .Sum(l => double.Parse(l[(l.LastIndexOf(' ') + 1)..]));

    /// <summary>Waits until that many changed configurations have come into use; false when they have not within a minute.</summary>
    public static async Task<bool> ReloadedAsync(GatewayProcess gateway, int times)
    {
        using var http = new HttpClient();
        for (var i = 0; i < 1200; i++)
        {
            var metrics = await http.GetStringAsync(gateway.ManagementUrl + "/metrics");
            if (metrics.Split('\n').Any(l => l.StartsWith("weir_config_reload", StringComparison.Ordinal) && l.Contains("outcome=\"ok\"", StringComparison.Ordinal) && l.EndsWith($" {times}", StringComparison.Ordinal)))
                return true;
            await Task.Delay(50);
        }

        return false;
    }
}
